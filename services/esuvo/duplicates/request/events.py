"""What happens to a request at ESUVO. Private: others rely on contracts/esuvo_requests.py only."""

from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, DuplicateRequest, Notice, NoticeKind, Refusal, RefusalCode
from contracts.esuvo_requests import StepLimit
from contracts.event import Catalogue, Event
from law.regulation import Week


class Status(StrEnum):
    """Where the request stands, as far as ESUVO has been told."""

    ROUTED = "routed"
    OPENED = "opened"
    REGISTERED = "registered"
    RETURNED = "returned-for-correction"
    CORRECTED = "corrected"
    HEARING = "hearing"
    VERIFIED = "verified"
    CONSIDERED = "considered"
    AWAITING_BLANK = "awaiting-blank"
    PREPARED = "prepared"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNROUTABLE = "unroutable"


class RequestRouted(Event):
    """`regulation` governs the request's terms, in the university's zone and on its week; None: nobody counts them."""

    name: ClassVar[str] = "request-routed"
    volatile: ClassVar[frozenset[str]] = frozenset({"signed"})

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: AwareDatetime
    at: AwareDatetime
    regulation: str | None = None
    zone: str = "Asia/Almaty"
    week: Week = 5
    signed: str | None = None  # the form, to be passed on as it came


class RoutingFailed(Event):
    """No university takes the request; the notice that says so starts here."""

    name: ClassVar[str] = "routing-failed"

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: AwareDatetime
    code: RefusalCode
    notice: Notice
    at: AwareDatetime


class CorrectionRouted(Event):
    name: ClassVar[str] = "correction-routed"
    volatile: ClassVar[frozenset[str]] = frozenset({"signed"})

    specialty: str
    graduation_year: int
    corrected_at: AwareDatetime
    at: AwareDatetime
    signed: str | None = None


class WithdrawalRouted(Event):
    name: ClassVar[str] = "withdrawal-routed"
    volatile: ClassVar[frozenset[str]] = frozenset({"signed"})

    requested_at: AwareDatetime
    at: AwareDatetime
    signed: str | None = None


class WithdrawalDeclined(Event):
    """The university says that it is too late to withdraw (EDGE-21)."""

    name: ClassVar[str] = "withdrawal-declined"

    at: AwareDatetime


class CaseProgressed(Event):
    """`mark` is what tells a repeated message from another one: a number, serial numbers, a moment."""

    name: ClassVar[str] = "case-progressed"

    status: Status
    at: AwareDatetime
    mark: str = ""


class RequestEnded(Event):
    """`event_id` is that of the university's message."""

    name: ClassVar[str] = "request-ended"

    status: Status
    refusal_code: RefusalCode | None = None
    at: AwareDatetime
    mark: str = ""
    refusal: Refusal | None = None
    event_id: UUID | None = None


class ApplicantTold(Event):
    """A notice says what the case has not come to yet, or that the duplicate is ready."""

    name: ClassVar[str] = "applicant-told"

    kind: NoticeKind
    notice_id: UUID
    corrects: UUID | None = None
    at: AwareDatetime


class OverdueFound(Event):
    """The university was silent past the limit (EDGE-15, EDGE-16)."""

    name: ClassVar[str] = "overdue-found"

    step: str
    limit: StepLimit
    began_at: AwareDatetime
    due_at: AwareDatetime
    at: AwareDatetime


class ContradictionFound(Event):
    """The applicant was told `kind`, and the case came to `outcome`."""

    name: ClassVar[str] = "contradiction-found"

    kind: NoticeKind
    notice_id: UUID
    told_at: AwareDatetime
    outcome: NoticeKind
    event_id: UUID
    ended_at: AwareDatetime
    at: AwareDatetime


class RequestClosed(Event):
    """The portal has closed the application: the applicant knows the outcome."""

    name: ClassVar[str] = "request-closed"

    outcome: NoticeKind
    refusal_code: RefusalCode | None = None
    at: AwareDatetime


RequestEvent: TypeAlias = (
    RequestRouted
    | RoutingFailed
    | CorrectionRouted
    | WithdrawalRouted
    | WithdrawalDeclined
    | CaseProgressed
    | RequestEnded
    | ApplicantTold
    | OverdueFound
    | ContradictionFound
    | RequestClosed
)

EVENTS: Final = Catalogue(get_args(RequestEvent))
