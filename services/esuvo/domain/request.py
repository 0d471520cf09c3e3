"""A request on its way from the portal to a university and back. Pure: no clock, no ids, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import (
    Channel,
    DuplicateRequest,
    Notice,
    NoticeKind,
    Refusal,
    RefusalCode,
)
from contracts.event import Event, Text
from services._chassis.decider import Decider, Refused
from services.esuvo.domain import notices
from services.esuvo.domain.notices import Deliveries, Forward, NoticeCommand, NoticeEvent


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


ENDS: Final = frozenset({Status.ISSUED, Status.REFUSED, Status.WITHDRAWN, Status.UNROUTABLE})
_OUTCOMES: Final = {
    NoticeKind.ISSUED: Status.ISSUED,
    NoticeKind.REFUSED: Status.REFUSED,
    NoticeKind.WITHDRAWN: Status.WITHDRAWN,
}


class RequestRouted(Event):
    name: ClassVar[str] = "request-routed"

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: AwareDatetime
    at: AwareDatetime


class RoutingFailed(Event):
    """No university takes the request; the notice that says so follows as NoticeForwarded."""

    name: ClassVar[str] = "routing-failed"

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: AwareDatetime
    code: RefusalCode
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
    RequestRouted
    | RoutingFailed
    | CorrectionRouted
    | WithdrawalRouted
    | CaseProgressed
    | RequestEnded
    | RequestClosed
    | NoticeEvent
)


@dataclass(frozen=True, slots=True)
class Unheard:
    """No application of this id has come from the portal."""


@dataclass(frozen=True, slots=True)
class Known:
    """`status` follows the case; `deliveries` go on after its end, since the last notice comes with it."""

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    status: Status
    updated_at: datetime
    refusal_code: RefusalCode | None = None
    corrected_at: datetime | None = None
    withdrawal_requested_at: datetime | None = None
    closed_as: NoticeKind | None = None
    deliveries: Deliveries = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.status in ENDS


State: TypeAlias = Unheard | Known


@dataclass(frozen=True, slots=True)
class Take:
    """The portal's application. `unroutable` says why no university takes it; None when one does."""

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    unroutable: Text | None
    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Correct:
    specialty: str
    graduation_year: int
    corrected_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdraw:
    requested_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """The university says how far the case is."""

    university: str
    status: Status
    at: datetime


@dataclass(frozen=True, slots=True)
class End:
    """The university says how the case ended."""

    university: str
    status: Status
    refusal_code: RefusalCode | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Close:
    outcome: NoticeKind
    refusal_code: RefusalCode | None
    at: datetime


Command: TypeAlias = Take | Correct | Withdraw | Progress | End | Close | NoticeCommand


def decide(command: Command, state: State) -> Sequence[RequestEvent]:
    match state, command:
        case _, Take():
            return _take(command, state)
        case Unheard(), Progress() | End():
            return []  # filed at a counter: such a case never passes ESUVO
        case Unheard(), _:
            detail, remedy = "no application of this id has come from the portal", "submit the application first"
            raise Refused("request.unknown", detail, field="/data/application_id", remedy=remedy)
        case Known(), _:
            return _follow(command, state)
        case _:
            assert_never(state)


def _take(command: Take, state: State) -> Sequence[RequestEvent]:
    if isinstance(state, Known):
        if command.request == state.request or state.corrected_at:
            return []
        detail = "this application was taken before with other particulars"
        remedy = "file another application under an id of its own, or correct this one"
        raise Refused("request.changed", detail, field="/data/request", remedy=remedy)
    filed = {
        "application_id": command.application_id,
        "request": command.request,
        "channel": command.channel,
        "filed_at": command.filed_at,
        "at": command.at,
    }
    if command.unroutable is None:
        return [RequestRouted.model_validate(filed)]
    failed = RoutingFailed.model_validate({**filed, "code": RefusalCode.UNKNOWN_UNIVERSITY})
    return [failed, notices.NoticeForwarded(notice=_refusal(command, command.unroutable), attempt=1, at=command.at)]


def _refusal(command: Take, reason: Text) -> Notice:
    return Notice(
        notice_id=command.notice_id,
        application_id=command.application_id,
        kind=NoticeKind.REFUSED,
        text=reason,
        at=command.at,
        refusal=Refusal(code=RefusalCode.UNKNOWN_UNIVERSITY, reason=reason),
    )


def _follow(
    command: Correct | Withdraw | Progress | End | Close | NoticeCommand, state: Known
) -> Sequence[RequestEvent]:
    if isinstance(command, Progress | End | Forward):
        _check_university(command.university, state)
    match command:
        case Correct():
            return _correct(command, state)
        case Withdraw():
            return _withdraw(command, state)
        case Progress():
            return _progress(command, state)
        case End():
            return _end(command, state)
        case Close():
            return _close(command, state)
        case _:
            _check_application(command, state)
            return notices.decide(command, state.deliveries)


def _check_university(university: str, state: Known) -> None:
    if university != state.request.university:
        detail = f"the request went to university {state.request.university}, not to {university}"
        remedy = "only the university that a request was routed to speaks for its case"
        raise Refused("request.other-university", detail, field="/data/university", remedy=remedy)


def _check_application(command: NoticeCommand, state: Known) -> None:
    if isinstance(command, Forward) and command.notice.application_id != state.application_id:
        detail = f"the notice is of application {command.notice.application_id}"
        remedy = "send a notice under the id of its own application"
        raise Refused("notice.other-application", detail, field="/data/notice/application_id", remedy=remedy)


def _correct(command: Correct, state: Known) -> Sequence[RequestEvent]:
    if state.is_over or state.corrected_at == command.corrected_at:
        return []
    return [
        CorrectionRouted(
            specialty=command.specialty,
            graduation_year=command.graduation_year,
            corrected_at=command.corrected_at,
            at=command.at,
        )
    ]


def _withdraw(command: Withdraw, state: Known) -> Sequence[RequestEvent]:
    if state.is_over or state.withdrawal_requested_at == command.requested_at:
        return []
    return [WithdrawalRouted(requested_at=command.requested_at, at=command.at)]


def _progress(command: Progress, state: Known) -> Sequence[RequestEvent]:
    if state.is_over or state.status is command.status:
        return []
    return [CaseProgressed(status=command.status, at=command.at)]


def _end(command: End, state: Known) -> Sequence[RequestEvent]:
    if not state.is_over:
        return [RequestEnded(status=command.status, refusal_code=command.refusal_code, at=command.at)]
    if state.status is command.status:
        return []
    detail = f"the request has ended as {state.status}; it cannot also end as {command.status}"
    raise Refused("request.already-ended", detail, field="/type", remedy="a case ends once: check the university's log")


def _close(command: Close, state: Known) -> Sequence[RequestEvent]:
    if state.closed_as is not None:
        return []
    if command.outcome not in _OUTCOMES:
        allowed = ", ".join(_OUTCOMES)
        raise Refused(
            "request.outcome-unknown",
            f"an application is not closed as {command.outcome}",
            field="/data/outcome",
            remedy=f"use one of {allowed}",
        )
    return [RequestClosed(outcome=command.outcome, refusal_code=command.refusal_code, at=command.at)]


def evolve(state: State, event: RequestEvent) -> State:
    match event, state:
        case RequestRouted(), _:
            return _known(event, Status.ROUTED)
        case RoutingFailed(), _:
            return replace(_known(event, Status.UNROUTABLE), refusal_code=event.code)
        case _, Known():
            return replace(_evolve_known(state, event), updated_at=event.at)
        case _:
            raise ValueError(f"a stream cannot begin with {event.name}")


def _known(event: RequestRouted | RoutingFailed, status: Status) -> Known:
    return Known(event.application_id, event.request, event.channel, event.filed_at, status, event.at)


def _evolve_known(
    state: Known,
    event: CorrectionRouted | WithdrawalRouted | CaseProgressed | RequestEnded | RequestClosed | NoticeEvent,
) -> Known:
    match event:
        case CorrectionRouted():
            right = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            request = state.request.model_copy(update=right)
            return replace(state, request=request, status=Status.CORRECTED, corrected_at=event.corrected_at)
        case WithdrawalRouted():
            return replace(state, withdrawal_requested_at=event.requested_at)
        case CaseProgressed():
            return replace(state, status=event.status)
        case RequestEnded():
            return replace(state, status=event.status, refusal_code=event.refusal_code)
        case RequestClosed():
            # A university that only sends notices tells the end by its last one.
            status = state.status if state.is_over else _OUTCOMES[event.outcome]
            return replace(
                state, status=status, closed_as=event.outcome, refusal_code=state.refusal_code or event.refusal_code
            )
        case _:
            return replace(state, deliveries=notices.evolve(state.deliveries, event))


REQUEST: Final = Decider[State, Command, RequestEvent](Unheard(), decide, evolve)
