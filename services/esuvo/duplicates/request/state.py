"""Where a request stands at ESUVO, and what each of its events makes of that. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from contracts.common import Channel, DuplicateRequest, NoticeKind, Refusal, RefusalCode
from services.esuvo.duplicates.request.events import (
    ApplicantTold,
    CaseProgressed,
    ContradictionFound,
    CorrectionRouted,
    OverdueFound,
    RequestClosed,
    RequestEnded,
    RequestEvent,
    RequestRouted,
    RoutingFailed,
    Status,
    WithdrawalDeclined,
    WithdrawalRouted,
)
from services.esuvo.terms import OVERALL, Term, Terms

ENDS: Final = frozenset({Status.ISSUED, Status.REFUSED, Status.WITHDRAWN, Status.UNROUTABLE})
OUTCOMES: Final = {
    NoticeKind.ISSUED: Status.ISSUED,
    NoticeKind.REFUSED: Status.REFUSED,
    NoticeKind.WITHDRAWN: Status.WITHDRAWN,
}
# The university's steps in the order of the procedure, and the regulation's word for each (DUP-PORTAL-4 to -9).
STEPS: Final = {
    Status.REGISTERED: "register",
    Status.VERIFIED: "verify",
    Status.CONSIDERED: "consider",
    Status.PREPARED: "prepare_duplicate",
    Status.ISSUED: "hand_over",
}
ORDER: Final = tuple(STEPS)


@dataclass(frozen=True, slots=True)
class Unheard:
    """No application of this id has come from the portal."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice by which the applicant was told an end, or that the duplicate is ready."""

    kind: NoticeKind
    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """What the case came to, by which message."""

    outcome: NoticeKind
    event_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """`case` follows the university's events, `done` is the last of its steps, whose output set the next one running `since`.

    `marks` tell a repeated message from another; `told` is what notices said ahead of the case.
    """

    application_id: UUID
    request: DuplicateRequest
    channel: Channel
    filed_at: datetime
    case: Status
    updated_at: datetime
    since: datetime
    terms: Terms | None = None
    refusal_code: RefusalCode | None = None
    refusal: Refusal | None = None
    corrected_at: datetime | None = None
    withdrawal_requested_at: datetime | None = None
    withdrawal_declined: bool = False
    closed_as: NoticeKind | None = None
    done: Status | None = None
    marks: Mapping[Status, str] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    ready_told: bool = False
    answered: bool = False
    ending: Ending | None = None
    overdue: tuple[Term, ...] = ()
    contradicted: Told | None = None

    @property
    def status(self) -> Status:
        """A university that only sends notices tells the end by its last one."""
        return self.case if self.case in ENDS or self.closed_as is None else OUTCOMES[self.closed_as]

    @property
    def is_over(self) -> bool:
        return self.status in ENDS

    @property
    def next(self) -> Status | None:
        """The university's next step by the regulation; None after the last."""
        following = ORDER[ORDER.index(self.done) + 1 :] if self.done else ORDER
        return next((each for each in following if self.terms is None or self.terms.has(STEPS[each])), None)


State: TypeAlias = Unheard | Known


def evolve(state: State, event: RequestEvent) -> State:
    match event, state:
        case RequestRouted(), _:
            terms = Terms(event.regulation, event.zone, event.week) if event.regulation else None
            return replace(_known(event, Status.ROUTED), terms=terms)
        case RoutingFailed(), _:
            return replace(_known(event, Status.UNROUTABLE), refusal_code=event.code)
        case _, Known():
            return replace(_evolve_known(state, event), updated_at=event.at)
        case _:
            raise ValueError(f"a stream cannot begin with {event.name}")


def _known(event: RequestRouted | RoutingFailed, status: Status) -> Known:
    return Known(event.application_id, event.request, event.channel, event.filed_at, status, event.at, event.at)


def _evolve_known(state: Known, event: RequestEvent) -> Known:  # noqa: C901, PLR0911 - one arm per event
    match event:
        case CorrectionRouted():
            return _corrected(state, event)
        case WithdrawalRouted():
            return replace(state, withdrawal_requested_at=event.requested_at)
        case WithdrawalDeclined():
            return replace(state, withdrawal_declined=True)
        case CaseProgressed():
            return _progressed(state, event)
        case RequestEnded():
            return _ended(state, event)
        case ApplicantTold():
            return _told(state, event)
        case OverdueFound():
            late = Term(event.step, event.limit, event.began_at, event.due_at)
            return replace(state, overdue=(*state.overdue, late))
        case ContradictionFound():
            return replace(state, contradicted=Told(event.kind, event.notice_id, event.told_at))
        case RequestClosed():
            return replace(state, closed_as=event.outcome, refusal_code=state.refusal_code or event.refusal_code)
        case RequestRouted() | RoutingFailed():
            raise TypeError("a request is routed once")
        case _:
            assert_never(event)


def _corrected(state: Known, event: CorrectionRouted) -> Known:
    """The verification begins anew, with its whole term."""
    right = {"specialty": event.specialty, "graduation_year": event.graduation_year}
    request = state.request.model_copy(update=right)
    corrected = replace(state, request=request, case=Status.CORRECTED, corrected_at=event.corrected_at)
    return replace(corrected, since=event.at) if state.case is Status.RETURNED else corrected


def _progressed(state: Known, event: CaseProgressed) -> Known:
    status = event.status
    done = status if status in STEPS else state.done
    # Preparation and readiness notice share one term, which began before (INC-22).
    moves = status not in {Status.OPENED, Status.PREPARED}
    return replace(
        state,
        case=status,
        done=done,
        since=event.at if moves else state.since,
        marks={**state.marks, status: event.mark},
        answered=False,
        overdue=_still_overdue(state, status),
    )


def _still_overdue(state: Known, status: Status) -> tuple[Term, ...]:
    """A step that was done is not overdue any more; the service's own term ends with the preparation (EDGE-20)."""
    if not state.overdue or status is Status.OPENED:
        return state.overdue
    if status is Status.PREPARED:
        return () if state.ready_told else tuple(each for each in state.overdue if each.step != OVERALL)
    return tuple(each for each in state.overdue if each.step == OVERALL)


def _ended(state: Known, event: RequestEnded) -> Known:
    outcome = next((kind for kind, status in OUTCOMES.items() if status is event.status), None)
    return replace(
        state,
        case=event.status,
        done=Status.ISSUED if event.status is Status.ISSUED else state.done,
        marks={**state.marks, event.status: event.mark},
        refusal_code=event.refusal_code,
        refusal=event.refusal,
        ending=Ending(outcome, event.event_id, event.at) if outcome and event.event_id else None,
        overdue=(),
    )


def _told(state: Known, event: ApplicantTold) -> Known:
    ready = event.kind is NoticeKind.READY
    before = tuple(each for each in state.told if each.notice_id != event.corrects)
    is_done = ready and state.done is Status.PREPARED
    return replace(
        state,
        told=(*before, Told(event.kind, event.notice_id, event.at)),
        ready_told=state.ready_told or ready,
        answered=state.answered or not ready,
        overdue=() if is_done else state.overdue,
    )
