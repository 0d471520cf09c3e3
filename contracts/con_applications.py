"""Published by the public service centre (ЦОН) on `con.applications.v1`, keyed by application id."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from contracts.common import (
    ApplicationId,
    Channel,
    Collector,
    Digest,
    DocumentKind,
    DuplicateRequest,
    GraduationYear,
    NoticeKind,
    Reason,
    SpecialtyCode,
    UniversityCode,
    Value,
    Waybill,
)
from contracts.event import Catalogue, Event, Text
from contracts.kinds import Flag, Line, Moment, form
from contracts.package import MOST_DOCUMENTS, MissingDocument, PackageDocument

TOPIC: Final = "con.applications.v1"

_CAPITAL: Final = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_LETTER: Final = _CAPITAL + "a-zа-яёәғқңөұүһі"

ReceiptNumber = Annotated[str, form(r"^[0-9]{14,20}$", 20)]
OperatorName = Annotated[
    str,
    form(rf"^[{_CAPITAL}][{_LETTER}'-]{{0,60}} [{_CAPITAL}]\.( ?[{_CAPITAL}]\.)?$", 67),
]


class AcceptedDocument(Value):
    """A line of the request form (DUP-CON-3): whether the document was handed in on paper, and the SHA-256 of its scan."""

    kind: PackageDocument = Field(description="which document")
    paper_present: Flag = Field(description="whether the document was handed in on paper: the mark on the request form")
    scan_digest: Digest = Field(description="SHA-256 of the scan, lower-case hexadecimal")


class PackageReceipt(Value):
    """The receipt that the applicant is given (расписка): who accepted or refused the package, when, under which number."""

    number: ReceiptNumber = Field(description="number of the receipt")
    operator: OperatorName = Field(description="surname and initials of the operator")
    issued_at: Moment = Field(description="virtual time of the receipt")


class PackageRefused(Event):
    """An incomplete package was refused before registration; no term began (DUP-GEN-6, EDGE-01, EDGE-02).

    It names no person: the applicant has the receipt of refusal, and nobody else has to act on it.
    """

    name: ClassVar[str] = "kz.egov.con.package-refused"
    title: ClassVar[Text] = Text(kk="Топтама қабылданбады", ru="В приёме пакета отказано", en="Package refused")

    application_id: ApplicationId
    university: UniversityCode
    document_kind: DocumentKind = Field(description="what was to be duplicated")
    reason: Reason = Field(description="why a duplicate was asked for")
    presented: tuple[PackageDocument, ...] = Field(
        max_length=MOST_DOCUMENTS, description="documents that were presented"
    )
    missing: tuple[MissingDocument, ...] = Field(
        min_length=1, max_length=MOST_DOCUMENTS, description="documents that were missing"
    )
    receipt: PackageReceipt = Field(description="the receipt that the applicant was given")
    refused_at: Moment = Field(description="virtual time of the refusal")


class ApplicationAccepted(Event):
    """The package is registered, its documents are marked and scanned, the receipt is given (DUP-CON-OUT-1, -2)."""

    name: ClassVar[str] = "kz.egov.con.application-accepted"
    title: ClassVar[Text] = Text(kk="Өтініш қабылданды", ru="Заявление принято", en="Application accepted")

    application_id: ApplicationId
    request: DuplicateRequest = Field(description="what the applicant asks for")
    channel: Literal[Channel.CON] = Field(description="handed in at a service centre")
    regulation: Line = Field(description="the regulation that governs the case from its filing date (EDGE-37)")
    documents: tuple[AcceptedDocument, ...] = Field(
        min_length=1, max_length=MOST_DOCUMENTS, description="lines of the request form"
    )
    receipt: PackageReceipt = Field(description="the receipt that the applicant was given")
    handed_in_at: Moment = Field(description="virtual time of DUP-CON-1")
    registered_at: Moment = Field(description="virtual time of DUP-CON-2")
    accepted_at: Moment = Field(description="virtual time of DUP-CON-4")


class PackageDispatched(Event):
    """The operator gave the package to the courier; DUP-CON-5 runs until it is delivered."""

    name: ClassVar[str] = "kz.egov.con.package-dispatched"
    title: ClassVar[Text] = Text(kk="Топтама жіберілді", ru="Пакет направлен в вуз", en="Package dispatched")

    application_id: ApplicationId
    university: UniversityCode
    waybill: Waybill
    dispatched_at: Moment = Field(description="virtual time when the courier collected it")


class PackageDelivered(Event):
    """The courier gave the package to the university: DUP-CON-5 is done, the case begins with DUP-CON-6 (INC-08)."""

    name: ClassVar[str] = "kz.egov.con.package-delivered"
    title: ClassVar[Text] = Text(kk="Топтама жеткізілді", ru="Пакет доставлен в вуз", en="Package delivered")

    application_id: ApplicationId
    request: DuplicateRequest = Field(description="what the applicant asks for")
    channel: Literal[Channel.CON] = Field(description="handed in at a service centre")
    filed_at: Moment = Field(description="virtual time of DUP-CON-1: the day from which the terms are counted")
    regulation: Line = Field(description="the regulation that governs the case from its filing date (EDGE-37)")
    documents: tuple[AcceptedDocument, ...] = Field(
        min_length=1, max_length=MOST_DOCUMENTS, description="lines of the request form"
    )
    delivered_at: Moment = Field(description="virtual time when the university received it")


class CorrectionHandedIn(Event):
    """The applicant corrected the application at the service centre; the university goes on with these particulars."""

    name: ClassVar[str] = "kz.egov.con.correction-handed-in"
    title: ClassVar[Text] = Text(kk="Түзету тапсырылды", ru="Исправление принято", en="Correction handed in")

    application_id: ApplicationId
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    corrected_at: Moment = Field(description="virtual time of the correction")


class WithdrawalHandedIn(Event):
    """The applicant asked at the service centre to withdraw; the university decides whether it is in time (EDGE-21)."""

    name: ClassVar[str] = "kz.egov.con.withdrawal-handed-in"
    title: ClassVar[Text] = Text(
        kk="Қайтарып алу туралы өтініш тапсырылды", ru="Принято заявление об отзыве", en="Withdrawal handed in"
    )

    application_id: ApplicationId
    university: UniversityCode
    requested_at: Moment = Field(description="virtual time of the request to withdraw")


class DuplicateReceived(Event):
    """The duplicate arrived at the service centre: DUP-CON-9, "prepare and send to the centre", is done."""

    name: ClassVar[str] = "kz.egov.con.duplicate-received"
    title: ClassVar[Text] = Text(kk="Телнұсқа ХҚО-ға келді", ru="Дубликат поступил в ЦОН", en="Duplicate received")

    application_id: ApplicationId
    university: UniversityCode
    received_at: Moment = Field(description="virtual time of the arrival")


class DuplicateHandedOver(Event):
    """The service centre handed the duplicate over (DUP-CON-10)."""

    name: ClassVar[str] = "kz.egov.con.duplicate-handed-over"
    title: ClassVar[Text] = Text(kk="Телнұсқа табысталды", ru="Дубликат выдан в ЦОН", en="Duplicate handed over")

    application_id: ApplicationId
    university: UniversityCode
    collector: Collector = Field(description="who collected it: the applicant or a representative (EDGE-19)")
    handed_over_at: Moment = Field(description="virtual time of the hand-over")


class DuplicateReturned(Event):
    """Nobody collected the duplicate in time: it is back at the university, which hands it over now (EDGE-18)."""

    name: ClassVar[str] = "kz.egov.con.duplicate-returned"
    title: ClassVar[Text] = Text(
        kk="Телнұсқа ЖОО-ға қайтарылды", ru="Дубликат возвращён в вуз", en="Duplicate returned to the university"
    )

    application_id: ApplicationId
    university: UniversityCode
    returned_at: Moment = Field(description="virtual time of the return")


class ApplicantNotified(Event):
    """The service centre informed the applicant, which the order allows and does not require (INC-08)."""

    name: ClassVar[str] = "kz.egov.con.applicant-notified"
    title: ClassVar[Text] = Text(kk="Өтініш беруші хабардар етілді", ru="Заявитель уведомлён", en="Applicant notified")

    application_id: ApplicationId
    university: UniversityCode
    kind: NoticeKind = Field(description="what the applicant was told about")
    text: Text = Field(description="the text that the applicant reads")
    notified_at: Moment = Field(description="virtual time of the notice")


class DeadlineBreached(Event):
    """An act of the service centre was not done within its limit; the procedure goes on (EDGE-15)."""

    name: ClassVar[str] = "kz.egov.con.deadline-breached"
    title: ClassVar[Text] = Text(
        kk="ХҚО-да мерзім бұзылды", ru="Срок нарушен в ЦОН", en="Deadline breached at a service centre"
    )

    application_id: ApplicationId
    university: UniversityCode
    step: Line = Field(description="the regulation's step, for example DUP-CON-3")
    limit: Line = Field(description="the limit in words, for example 30 minute")
    due_at: Moment = Field(description="virtual time when the act was due")
    at: Moment = Field(description="virtual time when the breach was recorded")


CATALOGUE: Final = Catalogue(
    [
        PackageRefused,
        ApplicationAccepted,
        PackageDispatched,
        PackageDelivered,
        CorrectionHandedIn,
        WithdrawalHandedIn,
        DuplicateReceived,
        DuplicateHandedOver,
        DuplicateReturned,
        ApplicantNotified,
        DeadlineBreached,
    ]
)
