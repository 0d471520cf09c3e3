"""Words that several contracts share. Identifiers follow the glossary of the field (docs/domain.md, part F)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from contracts.event import Text
from contracts.iin import Iin
from contracts.kinds import Day, Id, Line, Moment, form, line, owed, when, whole
from contracts.names import Name

ApplicationId = Annotated[Id, Field(description="id of the application: the key of its records, and its conversation")]
NoticeId = Annotated[Id, Field(description="id of the notice, the same at every hop on its way to the applicant")]
Attempt = Annotated[int, whole(1, 1_000_000), Field(description="number of this attempt, counted from 1")]
UniversityCode = Annotated[
    str, form(r"^[0-9]{3}$", 3), Field(description="code of the university in universities.json")
]
SpecialtyCode = Annotated[
    str, form(r"^[0-9A-Z]{5,10}$", 10), Field(description="code of the specialty in the classifier")
]
GraduationYear = Annotated[int, whole(1950, 2100), Field(description="year of graduation, as in the original document")]
Serial = Annotated[
    str,
    form(r"^[A-ZА-ЯӘҒҚҢӨҰҮҺІ]{1,4}[0-9]{6,9}$", 13),
    Field(description="series letters and number printed on the blank form"),
]

Digest = Annotated[str, form(r"^[0-9a-f]{64}$", 64), Field(description="SHA-256, lower-case hexadecimal")]
RequestNumber = Annotated[str, form(r"^[0-9]{14,20}$", 20)]
Waybill = Annotated[
    str,
    form(r"^[0-9A-Z-]{6,30}$", 30),
    Field(description="number under which the courier carries the parcel"),
]


MOST_CORRECTIONS: Final = 10
MOST_BLANKS: Final = 10  # kinds of blank form
MOST_SERIALS: Final = 1_000  # in one supply: for all who wait, and a reserve of each kind


class Value(BaseModel):
    """A part of an event. Unknown fields are ignored, as in the events themselves."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Channel(StrEnum):
    """Where the application was handed in (BR-2)."""

    PAPER = "paper"
    CON = "con"
    PORTAL = "portal"


class DocumentKind(StrEnum):
    """What is to be duplicated (domain B.1, application form)."""

    DIPLOMA = "diploma"
    DIPLOMA_WITH_SUPPLEMENT = "diploma_with_supplement"
    SUPPLEMENT = "supplement"


class Reason(StrEnum):
    """Grounds for a duplicate (domain B.1)."""

    LOSS = "loss"
    DAMAGE = "damage"
    NAME_CHANGE = "name_change"


class BlankKind(StrEnum):
    """Kinds of blank form that the Ministry supplies (domain B.1)."""

    DIPLOMA = "diploma"
    SUPPLEMENT = "supplement"


BLANKS_FOR: Final = {
    DocumentKind.DIPLOMA: (BlankKind.DIPLOMA,),
    DocumentKind.DIPLOMA_WITH_SUPPLEMENT: (BlankKind.DIPLOMA, BlankKind.SUPPLEMENT),
    DocumentKind.SUPPLEMENT: (BlankKind.SUPPLEMENT,),
}


class SupplyFault(StrEnum):
    """Why blank forms that were requested are still lacking (EDGE-13)."""

    SILENCE = "silence"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"


class Blank(Value):
    """One blank form of a state-standard document, known by its serial number."""

    kind: BlankKind = Field(description="what is written on it")
    serial: Serial


class Applicant(Value):
    """The service recipient (услугополучатель)."""

    iin: Iin = Field(description="individual identification number (ИИН): date of birth, century, check digit")
    surname: Name = Field(description="family name, as in the identity card")
    name: Name = Field(description="given name, as in the identity card")
    patronymic: Name | None = Field(default=None, description="patronymic, if there is one")


class PublicService(StrEnum):
    """The two public services of order No 705."""

    DUPLICATE = "duplicate"
    GRANT = "grant"


class RefusalCode(StrEnum):
    """Why a request is refused. Assumed for 2015 (domain B.1, A.12).

    Those from `threshold-not-met` on belong to the grants service (B.3, EDGE-26 to EDGE-30).
    """

    UNRELIABLE_DATA = "unreliable-data"
    REQUIREMENTS_NOT_MET = "requirements-not-met"
    UNKNOWN_UNIVERSITY = "unknown-university"
    ALREADY_OPEN = "already-open"
    THRESHOLD_NOT_MET = "threshold-not-met"
    CHOICES_INVALID = "choices-invalid"
    PACKAGE_INCOMPLETE = "package-incomplete"
    QUOTA_NOT_PROVEN = "quota-not-proven"
    TOO_LATE = "too-late"
    MERGED = "merged"
    NO_SEAT = "no-seat"


class Refusal(Value):
    """A reasoned refusal (мотивированный отказ)."""

    code: RefusalCode = Field(description="code of the ground, for programs")
    reason: Text = Field(description="the ground in words, for the applicant")


class Correction(Value):
    """One thing that the applicant has to correct before the case goes on."""

    field: Line = Field(description="the field of the application to correct")
    rule: Text = Field(description="what is wrong with it")


class NoticeKind(StrEnum):
    """What a notice is about. The last three are results of the grants service (GRANT-E-1a, GRANT-C-8e, INC-12)."""

    REGISTERED = "registered"
    RETURNED_FOR_CORRECTION = "returned-for-correction"
    REFUSED = "refused"
    READY = "ready"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_DECLINED = "withdrawal-declined"
    REMINDER = "reminder"
    HEARING = "hearing"
    ACCEPTED = "accepted"
    AWARDED = "awarded"
    NOT_AWARDED = "not-awarded"


# What a notice must state by its kind; the validator below checks the same.
_NOTICE_RULES: Final[list[JsonValue]] = [
    when("kind", {NoticeKind.READY}, owed("collection_place")),
    when("kind", {NoticeKind.REFUSED, NoticeKind.NOT_AWARDED}, owed("refusal")),
    when("kind", {NoticeKind.RETURNED_FOR_CORRECTION}, owed("corrections", "array", minItems=1)),
]


class Notice(Value):
    """A notice to the applicant. A readiness notice states the place of collection (DUP-GEN-5)."""

    notice_id: NoticeId
    application_id: ApplicationId
    kind: NoticeKind = Field(description="what the notice is about")
    text: Text = Field(description="the text that the applicant reads")
    at: Moment = Field(description="virtual time of what the notice reports")
    collection_place: Text | None = Field(
        default=None, description="place of collection; required when ready (DUP-GEN-5)"
    )
    refusal: Refusal | None = Field(
        default=None, description="required when refused or not awarded (A.12, GRANT-GEN-5)"
    )
    corrections: tuple[Correction, ...] = Field(
        default=(), max_length=MOST_CORRECTIONS, description="required when returned for correction"
    )
    service: PublicService = Field(default=PublicService.DUPLICATE, description="the public service that it belongs to")
    corrects: Id | None = Field(
        default=None, description="id of the earlier notice that this one corrects: the outcome stated here now counts"
    )

    model_config = ConfigDict(json_schema_extra={"allOf": _NOTICE_RULES})

    @model_validator(mode="after")
    def _says_what_its_kind_must(self) -> Self:
        if self.kind is NoticeKind.READY and self.collection_place is None:
            raise ValueError("a readiness notice states collection_place (DUP-GEN-5)")
        if self.kind in {NoticeKind.REFUSED, NoticeKind.NOT_AWARDED} and self.refusal is None:
            raise ValueError("a refusal states its reason: fill refusal (A.12)")
        if self.kind is NoticeKind.RETURNED_FOR_CORRECTION and not self.corrections:
            raise ValueError("a return for correction names at least one of corrections")
        return self


class NameChangeCertificate(Value):
    """The certificate of a change of name (свидетельство о перемене имени); the new name is that of `applicant`."""

    number: Annotated[str, line(40)] = Field(description="number of the certificate")
    issued_on: Day = Field(description="date of the certificate")
    issued_by: Name = Field(description="the registration office that issued it")
    former_surname: Name = Field(description="family name before the change, as in the document of education")
    former_name: Name = Field(description="given name before the change")
    former_patronymic: Name | None = Field(default=None, description="patronymic before the change, if there was one")


class DuplicateRequest(Value):
    """What the applicant asks for, the same from the portal's form to the university's case."""

    number: RequestNumber = Field(description="request number shown to the applicant")
    applicant: Applicant = Field(description="who asks")
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind = Field(description="what is to be duplicated")
    reason: Reason = Field(description="why a duplicate is needed")
    name_change_certificate: NameChangeCertificate | None = Field(
        default=None, description="proof of the change of name; with the reason name_change only"
    )


class CollectorKind(StrEnum):
    """Who may collect a duplicate (EDGE-19)."""

    APPLICANT = "applicant"
    REPRESENTATIVE = "representative"


class PowerOfAttorney(Value):
    """A notarised power of attorney (EDGE-19)."""

    number: Annotated[str, line(60)] = Field(description="number in the notary's register")
    notary: Name = Field(description="the notary who certified it")
    issued_on: Day = Field(description="day of its issue")
    valid_until: Day | None = Field(default=None, description="last day of its term; without it, the term is a year")

    def in_force(self, day: date) -> bool:
        """Whether it lets somebody act on `day`. Without a term of its own it lasts a year from its issue (assumed)."""
        return self.issued_on <= day and (
            day <= self.valid_until
            if self.valid_until
            else (day.year - 1, day.month, day.day) < (self.issued_on.year, self.issued_on.month, self.issued_on.day)
        )


class Collector(Value):
    """Who collects the duplicate: the applicant, or a representative with a power of attorney (EDGE-19)."""

    kind: CollectorKind = Field(description="the applicant or a representative")
    name: Name | None = Field(default=None, description="the representative, as in the identity card")
    power_of_attorney: PowerOfAttorney | None = Field(default=None, description="proof that the representative may act")

    def authorised(self, day: date) -> bool:
        """The applicant always is; a representative by name, with a power of attorney in force on `day`."""
        if self.kind is CollectorKind.APPLICANT:
            return True
        return self.name is not None and self.power_of_attorney is not None and self.power_of_attorney.in_force(day)
