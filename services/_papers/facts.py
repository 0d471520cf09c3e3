"""What each paper states. A paper is a function of its facts, and so is `DocumentIssued`, which tells others of it.

Dates are of the issuer's own zone. `code` is `Codes.of(...)` over what identifies the paper.
"""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts import common
from contracts.common import Applicant, GraduationYear, Reason
from contracts.event import Text
from contracts.grants import GrantReceipt, PointsCertificate, PreferentialRight, Quota, StudyLanguage, Via
from contracts.iin import mask
from contracts.issued_documents import DocumentIssued, PaperKind, VerificationCode
from contracts.names import Name
from services._papers import words

_MOST_HOLDER = 120


class Fact(BaseModel):
    """A part of a paper; an unknown field is a mistake in our code."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Fact):
    """Something that has a code and a name: a specialty, a university, a field."""

    code: str = Field(max_length=10)
    name: Text


class Signature(Fact):
    """Who signs: the office, and the name where it is known."""

    office: Text
    name: Name | None = None


class Facts(Fact):
    """What every paper states."""

    kind: ClassVar[PaperKind]

    number: str = Field(min_length=1, max_length=60, description="number on the document")
    code: VerificationCode
    issuer: Text = Field(description="who issues it: the letterhead")
    day: date = Field(description="its date")
    replaced: bool = Field(default=False, description="whether another one took its place: it is marked void (EDGE-33)")

    @property
    def holder(self) -> Applicant | None:
        """The holder; None for a paper about many people."""
        return None

    @abstractmethod
    def about(self) -> Text:
        """What it states, in a sentence; names nobody."""


class Personal(Facts):
    """A paper about one person."""

    person: Applicant

    @property
    def holder(self) -> Applicant:
        return self.person


class ReceiptFacts(Personal):
    """The receipt for a package on paper (GRANT-P-1a): who accepted it, stamp, incoming number, date."""

    kind = PaperKind.GRANT_RECEIPT

    receipt: GrantReceipt
    presented: tuple[Text, ...] = Field(default=(), description="the documents that were taken, where they were listed")

    def about(self) -> Text:
        number = self.receipt.incoming_number
        return Text(
            kk=f"Грант конкурсына қатысу үшін құжаттар қабылданды, кіріс № {number}",
            ru=f"Приняты документы на конкурс грантов, входящий № {number}",
            en=f"Documents for the grant competition were taken, incoming No {number}",
        )


class ChosenSpecialty(Fact):
    """A line of the ordered list."""

    specialty: Named
    university: Named


class ParticipationFacts(Personal):
    """The certificate of participation (GRANT-P-1b): personal data, specialties in order, benefits, preferential rights."""

    kind = PaperKind.PARTICIPATION_CERTIFICATE

    year: int
    language: StudyLanguage
    certificate: PointsCertificate
    certificate_average: Decimal
    choices: tuple[ChosenSpecialty, ...] = Field(min_length=1)
    quota: Quota | None = None
    rural: bool = False
    preferential_right: PreferentialRight | None = None
    secretary: Name | None = None

    def about(self) -> Text:
        listed = ", ".join(each.specialty.code for each in self.choices)
        return Text(
            kk=f"{self.year} жылғы грант конкурсына қатысуы расталды; таңдалған мамандықтар: {listed}",
            ru=f"Подтверждено участие в конкурсе грантов {self.year} года; выбранные специальности: {listed}",
            en=f"Takes part in the grant competition of {self.year}; chosen specialties: {listed}",
        )


class SheetLine(Fact):
    """A specialty in one language of instruction, as the commission sees it."""

    specialty: Named
    language: StudyLanguage
    seats: int = Field(ge=0)
    rural_seats: int = Field(default=0, ge=0, description="of them for rural youth")
    first_choice: int = Field(ge=0, description="applicants who want it first")
    listed: int = Field(ge=0, description="applicants who have it anywhere in their list")
    quota: int = Field(default=0, ge=0, description="of them with an admission quota")
    preferential: int = Field(default=0, ge=0, description="of them with a preferential right")
    highest: int | None = Field(default=None, description="points of the best; none where nobody applied")
    lowest: int | None = Field(default=None, description="points of the last")


class SheetField(Fact):
    """A field (направление) with its specialties."""

    field: Named
    lines: tuple[SheetLine, ...]

    def total(self, column: str) -> int:
        return sum(getattr(line, column) for line in self.lines)


class SummarySheetFacts(Facts):
    """Summary sheet by field and specialty (GRANT-P-3, GRANT-E-4)."""

    kind = PaperKind.SUMMARY_SHEET

    year: int
    contenders: int = Field(ge=0, description="applicants, each once")
    digest: str = Field(description="SHA-256 of the data it was made from")
    fields: tuple[SheetField, ...] = ()

    def total(self, column: str) -> int:
        return sum(each.total(column) for each in self.fields)

    def about(self) -> Text:
        return Text(
            kk=f"{self.year} жылғы конкурс: {self.contenders} үміткер туралы деректер бағыттар мен мамандықтар бойынша",
            ru=f"Конкурс {self.year} года: данные о {self.contenders} претендентах по направлениям и специальностям",
            en=f"Competition of {self.year}: {self.contenders} applicants by field and specialty",
        )


class DecidedLine(Fact):
    """What the commission decided about one specialty in one language."""

    specialty: Named
    language: StudyLanguage
    seats: int = Field(ge=0)
    awarded: int = Field(ge=0)
    lowest: int | None = Field(default=None, description="points that got the last seat")


class TieLine(Fact):
    """Applicants that the rules do not distinguish, ordered by registration number (EDGE-30)."""

    specialty: Named
    language: StudyLanguage
    via: Via
    won: int = Field(ge=0)
    lost: int = Field(ge=1)


class ProtocolFacts(Facts):
    """The protocol of the Republican Competition Commission (GRANT-C-5)."""

    kind = PaperKind.PROTOCOL

    year: int
    round: int = Field(ge=1)
    members: int = Field(ge=1)
    present: int = Field(ge=1)
    awarded: int = Field(ge=0)
    refused: int = Field(ge=0)
    digest: str
    lines: tuple[DecidedLine, ...] = ()
    ties: tuple[TieLine, ...] = ()

    @property
    def quorum(self) -> int:
        """Two thirds of the members, rounded up (domain B.3)."""
        return -(-2 * self.members // 3)

    def about(self) -> Text:
        return Text(
            kk=f"Комиссия шешімі: {self.awarded} грант тағайындалды, {self.refused} үміткерге тағайындалмады",
            ru=f"Решение комиссии: присуждено грантов: {self.awarded}, отказано: {self.refused}",
            en=f"Decision of the commission: {self.awarded} grants awarded, {self.refused} applicants without one",
        )


class WinnerLine(Fact):
    """A holder of a grant in the order's annex; no IIN, as the list is published."""

    full_name: str = Field(max_length=310)
    registration_number: str
    total: int
    university: str = Field(description="code of the university")
    via: Via


class WinnersOf(Fact):
    """The holders in one specialty and language."""

    specialty: Named
    language: StudyLanguage
    winners: tuple[WinnerLine, ...]


class AwardOrderFacts(Facts):
    """The Ministry's award order (GRANT-C-6). The annex may be left out if only the order itself is wanted."""

    kind = PaperKind.AWARD_ORDER

    year: int
    round: int = Field(ge=1)
    awarded: int = Field(ge=0)
    protocol_number: str
    protocol_day: date | None = None
    corrects: str | None = Field(default=None, description="number of the order that it corrects (EDGE-33)")
    annex: tuple[WinnersOf, ...] = ()

    def about(self) -> Text:
        return Text(
            kk=f"{self.year} жылғы конкурс, {self.round}-кезең: {self.awarded} білім беру гранты тағайындалды",
            ru=f"Конкурс {self.year} года, этап {self.round}: присуждено образовательных грантов: {self.awarded}",
            en=f"Competition of {self.year}, round {self.round}: {self.awarded} educational grants awarded",
        )


class AwardCertificateFacts(Personal):
    """The certificate that its holder brings to the university (GRANT-C-7, GRANT-C-9)."""

    kind = PaperKind.AWARD_CERTIFICATE

    year: int
    specialty: Named
    university: Named
    language: StudyLanguage
    order_number: str | None = None
    order_day: date | None = None
    instead_of: str | None = Field(default=None, description="number of the misprinted one that it replaces (EDGE-33)")

    def about(self) -> Text:
        code, where = self.specialty.code, self.university.name
        return Text(
            kk=f"{self.year} жылғы білім беру гранты тағайындалды: {code}, {where.kk}",
            ru=f"Присуждён образовательный грант {self.year} года: {code}, {where.ru}",
            en=f"Educational grant of {self.year} awarded: {code}, {where.en}",
        )


class StudentLine(Fact):
    full_name: str = Field(max_length=310)
    specialty: Named


class ScholarshipOrderFacts(Facts):
    """The rector's order assigning the scholarship (GRANT-C-9s)."""

    kind = PaperKind.SCHOLARSHIP_ORDER

    paid_from: date
    students: tuple[StudentLine, ...] = ()

    def about(self) -> Text:
        kk, ru = words.day_kk(self.paid_from), words.day_ru(self.paid_from)
        return Text(
            kk=f"Грант бойынша оқитын бірінші курс студенттеріне {kk} бастап стипендия тағайындалды",
            ru=f"Студентам первого курса, обучающимся по гранту, назначена стипендия с {ru}",
            en=f"Scholarship assigned to first-year students on grants from {self.paid_from:%d.%m.%Y}",
        )


class ReferenceNoteFacts(Personal):
    """The note by which academic affairs confirm an applicant's data to the management (DUP-PAPER-2)."""

    kind = PaperKind.REFERENCE_NOTE

    request_number: str
    specialty: Named
    graduation_year: GraduationYear
    lost: common.DocumentKind
    reason: Reason
    by_register: bool = Field(default=True, description="whether the name is the register's, or only the application's")
    renamed: common.NameChangeCertificate | None = Field(
        default=None, description="the checked certificate of a change of name"
    )
    now: Applicant | None = Field(default=None, description="the name since then")

    def about(self) -> Text:
        return Text(
            kk=f"№ {self.request_number} өтініштің деректері расталды",
            ru=f"Подтверждены данные заявления № {self.request_number}",
            en=f"The data of application No {self.request_number} are confirmed",
        )


class ReadinessNoticeFacts(Personal):
    """The written notice that the duplicate can be collected (DUP-PAPER-6); states the place of collection."""

    kind = PaperKind.READINESS_NOTICE

    request_number: str
    lost: common.DocumentKind
    place: Text

    def about(self) -> Text:
        return Text(
            kk=f"№ {self.request_number} өтініш бойынша телнұсқа дайын: {self.place.kk}",
            ru=f"Дубликат по заявлению № {self.request_number} готов: {self.place.ru}",
            en=f"The duplicate of application No {self.request_number} is ready: {self.place.en}",
        )


ALL: tuple[type[Facts], ...] = (
    ReceiptFacts,
    ParticipationFacts,
    SummarySheetFacts,
    ProtocolFacts,
    AwardOrderFacts,
    AwardCertificateFacts,
    ScholarshipOrderFacts,
    ReferenceNoteFacts,
    ReadinessNoticeFacts,
)


def full_name(person: Applicant) -> str:
    return " ".join(_names(person))


def initials(person: Applicant) -> str:
    """Surname and initials, as a paper that others see names a person."""
    surname, *given = _names(person)
    return " ".join((surname, *(f"{each[0]}." for each in given)))


def issued(
    facts: Facts, at: datetime, *, application_id: UUID | None = None, replaces: VerificationCode | None = None
) -> DocumentIssued:
    """The event that tells others of a paper."""
    holder = facts.holder
    return DocumentIssued(
        code=facts.code,
        kind=facts.kind,
        number=facts.number,
        issuer=facts.issuer,
        holder=initials(holder)[:_MOST_HOLDER] if holder else None,
        masked_iin=mask(holder.iin) if holder else None,
        about=facts.about(),
        application_id=application_id,
        replaces=replaces,
        issued_at=at,
    )


def _names(person: Applicant) -> Iterable[str]:
    return filter(None, (person.surname, person.name, person.patronymic))
