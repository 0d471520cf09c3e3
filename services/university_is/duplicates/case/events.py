"""What happens to a case, in the university's own words. Private: `messaging` says which of it others hear."""

from enum import StrEnum
from typing import ClassVar, Final, Literal, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import (
    Blank,
    BlankKind,
    Channel,
    Collector,
    Correction,
    DuplicateRequest,
    GraduationYear,
    NoticeKind,
    Refusal,
    SpecialtyCode,
    SupplyFault,
    Waybill,
)
from contracts.event import Catalogue, Event
from services.university_is.duplicates.register.decide import GraduateRecord


class Task(StrEnum):
    """What a desk does; the values are the actions of the regulation's steps."""

    REGISTER = "register"
    VERIFY = "verify"
    CONSIDER = "consider"
    REQUEST_BLANK = "request_blank"
    PREPARE = "prepare_duplicate"
    HEAR = "hear"  # between two steps, where the regulation has a hearing before a refusal
    NOTIFY_READY = "notify_ready"
    HAND_OVER = "hand_over"


class CaseFact(Event):
    """Every event of a case says when it happened, in virtual time."""

    at: AwareDatetime


class StepDone(CaseFact):
    """An event that is the output of a step, and so ends it (DUP-OUT)."""

    step: str


class Opened(CaseFact):
    """The request arrived. `regulation` governs the case for good (EDGE-37); zone and week are the university's."""

    name: ClassVar[str] = "case-opened"

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: AwareDatetime
    regulation: str
    zone: str
    week: Literal[5, 6]
    overall_due: AwareDatetime | None


class ScheduleInfeasible(CaseFact):
    """The latest moments of the steps exceed the term of the service: it is known now that it may be missed (INC-19)."""

    name: ClassVar[str] = "schedule-infeasible"

    planned_end: AwareDatetime
    overall_due: AwareDatetime


class StepStarted(CaseFact):
    name: ClassVar[str] = "step-started"

    step: str
    task: Task
    due_at: AwareDatetime | None


class StepDropped(CaseFact):
    """A withdrawal made the step needless: it neither met its deadline nor missed it."""

    name: ClassVar[str] = "step-dropped"

    step: str


class Registered(StepDone):
    name: ClassVar[str] = "registered"

    incoming_number: str


class RegisterConsulted(CaseFact):
    """Academic affairs asks the register of graduates for an extract; the answer decides the verification."""

    name: ClassVar[str] = "register-consulted"


class Verified(StepDone):
    name: ClassVar[str] = "verified"

    reference_note: str
    record: GraduateRecord | None = None  # of the register; None where people, or a hearing, found the data true


class Returned(StepDone):
    name: ClassVar[str] = "returned"

    corrections: tuple[Correction, ...]


class Corrected(CaseFact):
    name: ClassVar[str] = "corrected"

    specialty: SpecialtyCode
    graduation_year: GraduationYear


class Considered(StepDone):
    name: ClassVar[str] = "considered"


class BlanksReserved(CaseFact):
    name: ClassVar[str] = "case-blanks-reserved"

    blanks: tuple[Blank, ...]


class BlanksShort(CaseFact):
    """The ledger cannot serve the case: `kinds` are missing (DUP-PORTAL-7)."""

    name: ClassVar[str] = "case-blanks-short"

    kinds: tuple[BlankKind, ...]


class BlanksSpoilt(CaseFact):
    """Blank forms reserved for the case were spoilt in printing; the ledger replaces them (EDGE-13)."""

    name: ClassVar[str] = "case-blanks-spoilt"

    blanks: tuple[Blank, ...]


class BlanksRequested(StepDone):
    name: ClassVar[str] = "blanks-requested"

    kinds: tuple[BlankKind, ...]


class BlanksNotSupplied(CaseFact):
    """The Ministry was silent, refused or sent too little: an alarm and, if `asked_again`, another request (EDGE-13)."""

    name: ClassVar[str] = "case-blanks-not-supplied"

    kinds: tuple[BlankKind, ...]
    fault: SupplyFault
    requests: int
    asked_again: bool


class Prepared(StepDone):
    """The duplicate is written. `step` is empty where the regulation's step lasts until its delivery (DUP-CON-9)."""

    name: ClassVar[str] = "prepared"

    blanks: tuple[Blank, ...]


class Announced(StepDone):
    """Academic affairs wrote to the applicant that the duplicate is ready (DUP-PAPER-6)."""

    name: ClassVar[str] = "announced"


class Dispatched(CaseFact):
    """The courier has the duplicate, on its way to the service centre."""

    name: ClassVar[str] = "dispatched"

    waybill: Waybill


class ReceivedAtCentre(StepDone):
    """The service centre has the duplicate: it is prepared and delivered (DUP-CON-9)."""

    name: ClassVar[str] = "received-at-centre"


class ReturnedFromCentre(CaseFact):
    """Nobody collected the duplicate at the service centre: it is handed over here from now on (EDGE-18)."""

    name: ClassVar[str] = "returned-from-centre"


class Issued(StepDone):
    """The document's stream answers with the number of the issue (EDGE-24)."""

    name: ClassVar[str] = "issued"

    blanks: tuple[Blank, ...]
    collector: Collector | None = None


class IssueNumbered(CaseFact):
    """The number of this duplicate among all of the same document (EDGE-24)."""

    name: ClassVar[str] = "issue-numbered"

    number: int


class DocumentClaimed(CaseFact):
    """The case asks whether another application for the same document is open (EDGE-11)."""

    name: ClassVar[str] = "document-claimed"


class OriginalAnnulled(CaseFact):
    """The lost original was found after the duplicate had been issued (EDGE-25)."""

    name: ClassVar[str] = "original-annulled"


class Declined(StepDone):
    """A reasoned refusal, by academic affairs or by management (A.12)."""

    name: ClassVar[str] = "declined"

    refusal: Refusal


class HearingAppointed(StepDone):
    """The desk's answer is a refusal, and the applicant is heard first, at `held_at` or later. Until then it is preliminary."""

    name: ClassVar[str] = "hearing-appointed"

    task: Task
    refusal: Refusal
    held_at: AwareDatetime


class HearingHeld(CaseFact):
    """What the applicant said left the preliminary refusal standing, or not."""

    name: ClassVar[str] = "hearing-held"

    upheld: bool


class Withdrawn(CaseFact):
    name: ClassVar[str] = "withdrawn"


class WithdrawalDeclined(CaseFact):
    name: ClassVar[str] = "withdrawal-declined"


class DeadlineNear(CaseFact):
    """The step is not done, and its term ends soon."""

    name: ClassVar[str] = "deadline-near"

    step: str
    due_at: AwareDatetime


class DeadlineMissed(CaseFact):
    """`limit` and `counting` in the words of the regulation (EDGE-15, EDGE-16)."""

    name: ClassVar[str] = "deadline-missed"

    step: str
    limit: str
    counting: str
    due_at: AwareDatetime


class NoticeRaised(CaseFact):
    """The applicant is to be told; `number` counts the notices of a case from 1."""

    name: ClassVar[str] = "notice-raised"

    number: int
    kind: NoticeKind
    refusal: Refusal | None = None
    corrections: tuple[Correction, ...] = ()
    held_at: AwareDatetime | None = None


class NoticeResent(CaseFact):
    name: ClassVar[str] = "notice-resent"

    number: int
    attempt: int


class NoticeForwarded(CaseFact):
    """ESUVO has the notice: this hop is over."""

    name: ClassVar[str] = "notice-forwarded"

    number: int


class NoticeDelivered(CaseFact):
    """The notice stands in the applicant's personal account."""

    name: ClassVar[str] = "notice-delivered"

    number: int


class NoticePosted(CaseFact):
    """The notice goes on paper: as every one of the paper channel, or since the electronic way failed (EDGE-20)."""

    name: ClassVar[str] = "notice-posted"

    number: int


CaseEvent: TypeAlias = (
    Opened
    | ScheduleInfeasible
    | StepStarted
    | StepDropped
    | Registered
    | RegisterConsulted
    | Verified
    | Returned
    | Corrected
    | Considered
    | BlanksReserved
    | BlanksShort
    | BlanksSpoilt
    | BlanksRequested
    | BlanksNotSupplied
    | Prepared
    | Announced
    | Dispatched
    | ReceivedAtCentre
    | ReturnedFromCentre
    | Issued
    | IssueNumbered
    | DocumentClaimed
    | OriginalAnnulled
    | Declined
    | HearingAppointed
    | HearingHeld
    | Withdrawn
    | WithdrawalDeclined
    | DeadlineNear
    | DeadlineMissed
    | NoticeRaised
    | NoticeResent
    | NoticeForwarded
    | NoticeDelivered
    | NoticePosted
)

EVENTS: Final = Catalogue(get_args(CaseEvent))
