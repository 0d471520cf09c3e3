"""What happens to a package from the counter to the hand-over, as this service stores it."""

from enum import StrEnum
from typing import ClassVar, Final, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import (
    Applicant,
    Collector,
    Correction,
    DocumentKind,
    DuplicateRequest,
    GraduationYear,
    NameChangeCertificate,
    Reason,
    Refusal,
    SpecialtyCode,
    UniversityCode,
    Value,
    Waybill,
)
from contracts.con_applications import AcceptedDocument, PackageReceipt
from contracts.event import Catalogue, Event
from contracts.package import PackageDocument


class Step(StrEnum):
    """The acts of the service centre, by their numbers in the regulation, in order; -6 to -9 are the university's."""

    HAND_IN = "DUP-CON-1"
    REGISTER = "DUP-CON-2"
    FILL_FORM = "DUP-CON-3"
    ISSUE_RECEIPT = "DUP-CON-4"
    DISPATCH = "DUP-CON-5"
    HAND_OVER = "DUP-CON-10"


class Stage(StrEnum):
    """How far the university is, as far as the service centre hears of it."""

    OPENED = "opened"
    CONSIDERED = "considered"


class Particulars(Value):
    """What the applicant asks for, before the application has a number."""

    applicant: Applicant
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason
    name_change_certificate: NameChangeCertificate | None = None

    def numbered(self, number: str) -> DuplicateRequest:
        return DuplicateRequest(number=number, **self.model_dump())


class PackageIncomplete(Event):
    """The package was refused at the check before registration."""

    name: ClassVar[str] = "package-incomplete"

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    missing: tuple[PackageDocument, ...]
    receipt: PackageReceipt
    at: AwareDatetime


class PackageHandedIn(Event):
    """DUP-CON-1 is done. `called_at`: the applicant came to the counter; `regulation` governs from now on."""

    name: ClassVar[str] = "package-handed-in"

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    regulation: str
    operator: str
    called_at: AwareDatetime
    due_at: AwareDatetime
    next_due_at: AwareDatetime
    at: AwareDatetime


class ApplicationRegistered(Event):
    """DUP-CON-2 is done."""

    name: ClassVar[str] = "application-registered"

    number: str
    operator: str
    next_due_at: AwareDatetime
    at: AwareDatetime


class FormFilled(Event):
    """DUP-CON-3 is done: every document is flagged and scanned."""

    name: ClassVar[str] = "form-filled"

    documents: tuple[AcceptedDocument, ...]
    operator: str
    next_due_at: AwareDatetime
    at: AwareDatetime


class ReceiptIssued(Event):
    """DUP-CON-4 is done: the counter has finished, the package waits for dispatch, which runs from now (DUP-CON-5)."""

    name: ClassVar[str] = "receipt-issued"

    receipt: PackageReceipt
    next_due_at: AwareDatetime | None = None  # not yet written by the first release
    at: AwareDatetime


class Dispatched(Event):
    """The courier took the package; DUP-CON-5 runs on until it is delivered."""

    name: ClassVar[str] = "package-dispatched"

    waybill: Waybill
    operator: str
    at: AwareDatetime


class Delivered(Event):
    """DUP-CON-5 is done: the university has the package."""

    name: ClassVar[str] = "package-delivered"

    at: AwareDatetime


class ProgressNoted(Event):
    """The university told how far it is."""

    name: ClassVar[str] = "progress-noted"

    stage: Stage
    at: AwareDatetime


class ReturnedForCorrection(Event):
    name: ClassVar[str] = "returned-for-correction"

    corrections: tuple[Correction, ...]
    at: AwareDatetime


class Corrected(Event):
    """The applicant corrected the application at the counter."""

    name: ClassVar[str] = "application-corrected"

    specialty: SpecialtyCode
    graduation_year: GraduationYear
    operator: str
    at: AwareDatetime


class WithdrawalRequested(Event):
    """The applicant wishes to withdraw after dispatch: the university decides (EDGE-21)."""

    name: ClassVar[str] = "withdrawal-requested"

    operator: str
    at: AwareDatetime


class WithdrawalDeclined(Event):
    name: ClassVar[str] = "withdrawal-declined"

    at: AwareDatetime


class Withdrawn(Event):
    """The application ends: by the centre itself before dispatch, afterwards on the university's word (EDGE-21)."""

    name: ClassVar[str] = "application-withdrawn"

    at: AwareDatetime


class HearingAnnounced(Event):
    """The university means to refuse and hears the applicant first, at `held_at` or later."""

    name: ClassVar[str] = "hearing-announced"

    refusal: Refusal
    held_at: AwareDatetime
    at: AwareDatetime


class Declined(Event):
    """The university ended the case with a reasoned refusal (A.12)."""

    name: ClassVar[str] = "application-refused"

    refusal: Refusal
    at: AwareDatetime


class DuplicateSent(Event):
    """The university gave the duplicate to the courier."""

    name: ClassVar[str] = "duplicate-sent"

    waybill: Waybill
    at: AwareDatetime


class DuplicateArrived(Event):
    """The duplicate is here: DUP-CON-9 ends, storage begins (EDGE-18)."""

    name: ClassVar[str] = "duplicate-arrived"

    remind_at: AwareDatetime
    send_back_at: AwareDatetime
    at: AwareDatetime


class Reminded(Event):
    """The applicant had not come and was reminded (EDGE-18)."""

    name: ClassVar[str] = "applicant-reminded"

    at: AwareDatetime


class HandedOver(Event):
    """DUP-CON-10 is done; its term ran from `came_at`, when the collector came."""

    name: ClassVar[str] = "duplicate-handed-over"

    collector: Collector
    operator: str
    came_at: AwareDatetime
    due_at: AwareDatetime
    at: AwareDatetime


class SentBack(Event):
    """Nobody came while the duplicate was kept: the courier takes it to the university (EDGE-18)."""

    name: ClassVar[str] = "duplicate-sent-back"

    waybill: Waybill
    at: AwareDatetime


class Returned(Event):
    """The duplicate is at the university again, which hands it over from now on (EDGE-18)."""

    name: ClassVar[str] = "duplicate-returned"

    at: AwareDatetime


class IssuedAtUniversity(Event):
    """The university handed over a duplicate that had come back to it (EDGE-18)."""

    name: ClassVar[str] = "duplicate-issued-at-university"

    at: AwareDatetime


class DeadlineMissed(Event):
    name: ClassVar[str] = "deadline-missed"

    step: Step
    limit: str
    due_at: AwareDatetime
    at: AwareDatetime


ApplicationEvent: TypeAlias = (
    PackageIncomplete
    | PackageHandedIn
    | ApplicationRegistered
    | FormFilled
    | ReceiptIssued
    | Dispatched
    | Delivered
    | ProgressNoted
    | ReturnedForCorrection
    | Corrected
    | WithdrawalRequested
    | WithdrawalDeclined
    | Withdrawn
    | HearingAnnounced
    | Declined
    | DuplicateSent
    | DuplicateArrived
    | Reminded
    | HandedOver
    | SentBack
    | Returned
    | IssuedAtUniversity
    | DeadlineMissed
)
EVENTS: Final = Catalogue(
    [
        PackageIncomplete,
        PackageHandedIn,
        ApplicationRegistered,
        FormFilled,
        ReceiptIssued,
        Dispatched,
        Delivered,
        ProgressNoted,
        ReturnedForCorrection,
        Corrected,
        WithdrawalRequested,
        WithdrawalDeclined,
        Withdrawn,
        HearingAnnounced,
        Declined,
        DuplicateSent,
        DuplicateArrived,
        Reminded,
        HandedOver,
        SentBack,
        Returned,
        IssuedAtUniversity,
        DeadlineMissed,
    ]
)
