"""A request on its way from the portal to a university and back. Pure: no clock, no ids, no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from contracts.common import (
    Channel,
    DuplicateRequest,
    NoticeKind,
    Refusal,
    RefusalCode,
)
from contracts.event import Text
from services._chassis.decider import Decider, Refused
from services.esuvo.domain.events import (
    CaseProgressed,
    CorrectionRouted,
    RequestClosed,
    RequestEnded,
    RequestEvent,
    RequestRouted,
    RoutingFailed,
    Status,
    WithdrawalRouted,
)
from services.esuvo.domain.notices import refusal_notice
from services.esuvo.domain.state import OUTCOMES, Known, State, Unheard, evolve


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


@dataclass(frozen=True, slots=True)
class Vouch:
    """Is it `university` that speaks for this request? Gives no events, but refuses another's words."""

    university: str


Command: TypeAlias = Take | Correct | Withdraw | Progress | End | Close | Vouch


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
    if command.unroutable is None:
        return [
            RequestRouted(
                application_id=command.application_id,
                request=command.request,
                channel=command.channel,
                filed_at=command.filed_at,
                at=command.at,
            )
        ]
    return [_failed(command, Refusal(code=RefusalCode.UNKNOWN_UNIVERSITY, reason=command.unroutable))]


def _failed(command: Take, refusal: Refusal) -> RoutingFailed:
    return RoutingFailed(
        application_id=command.application_id,
        request=command.request,
        channel=command.channel,
        filed_at=command.filed_at,
        code=refusal.code,
        notice=refusal_notice(command.notice_id, command.application_id, refusal, command.at),
        at=command.at,
    )


def _follow(command: Correct | Withdraw | Progress | End | Close | Vouch, state: Known) -> Sequence[RequestEvent]:
    if isinstance(command, Progress | End | Vouch):
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
        case Vouch():
            return []
        case _:
            assert_never(command)


def _check_university(university: str, state: Known) -> None:
    if university != state.request.university:
        detail = f"the request went to university {state.request.university}, not to {university}"
        remedy = "only the university that a request was routed to speaks for its case"
        raise Refused("request.other-university", detail, field="/data/university", remedy=remedy)


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
    if command.outcome not in OUTCOMES:
        allowed = ", ".join(OUTCOMES)
        raise Refused(
            "request.outcome-unknown",
            f"an application is not closed as {command.outcome}",
            field="/data/outcome",
            remedy=f"use one of {allowed}",
        )
    return [RequestClosed(outcome=command.outcome, refusal_code=command.refusal_code, at=command.at)]


REQUEST: Final[Decider[State, Command, RequestEvent]] = Decider(Unheard(), decide, evolve)
