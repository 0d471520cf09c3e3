"""What happens to a request at ESUVO. Private: others rely on contracts/esuvo.py only."""

from enum import StrEnum
from typing import ClassVar, TypeAlias
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, DuplicateRequest, Notice, NoticeKind, RefusalCode
from contracts.event import Event


class Status(StrEnum):
    """Where the request stands, as far as ESUVO has been told."""

    ROUTED = "routed"
    OPENED = "opened"
    REGISTERED = "registered"
    RETURNED = "returned-for-correction"
    CORRECTED = "corrected"
    VERIFIED = "verified"
    CONSIDERED = "considered"
    AWAITING_BLANK = "awaiting-blank"
    PREPARED = "prepared"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNROUTABLE = "unroutable"


class RequestRouted(Event):
    name: ClassVar[str] = "request-routed"

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: AwareDatetime
    at: AwareDatetime


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

    specialty: str
    graduation_year: int
    corrected_at: AwareDatetime
    at: AwareDatetime


class WithdrawalRouted(Event):
    name: ClassVar[str] = "withdrawal-routed"

    requested_at: AwareDatetime
    at: AwareDatetime


class CaseProgressed(Event):
    name: ClassVar[str] = "case-progressed"

    status: Status
    at: AwareDatetime


class RequestEnded(Event):
    name: ClassVar[str] = "request-ended"

    status: Status
    refusal_code: RefusalCode | None = None
    at: AwareDatetime


class RequestClosed(Event):
    """The portal has closed the application: the applicant knows the outcome."""

    name: ClassVar[str] = "request-closed"

    outcome: NoticeKind
    refusal_code: RefusalCode | None = None
    at: AwareDatetime


RequestEvent: TypeAlias = (
    RequestRouted | RoutingFailed | CorrectionRouted | WithdrawalRouted | CaseProgressed | RequestEnded | RequestClosed
)
