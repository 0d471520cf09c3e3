"""What follows from what happens to a request: contract events, its one timer, and notices of ESUVO's own."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from contracts import esuvo_requests as wire
from contracts.event import Event
from law.regulation import AFTER_DUE
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services.esuvo.duplicates.request import events, watch
from services.esuvo.duplicates.request.commands import Hear, Watch
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.events import EVENTS, RequestEvent, Status
from services.esuvo.duplicates.request.rows import REQUESTS
from services.esuvo.duplicates.request.state import Known, State
from services.esuvo.duplicates.request.texts import correction_notice
from services.esuvo.notices.decide import NoticeForwarded
from services.esuvo.notices.own import forward_own
from services.esuvo.streams import request_stream

WATCH: Final = "watch"


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Known):
        return
    event = recorded.event
    if told := contract_event(state, event):
        yield Publish(wire.TOPIC, str(state.application_id), told)
    match event:
        case events.RoutingFailed(notice=notice):
            yield forward_own(notice)
        case events.ContradictionFound():
            notice_id = ids.derive(event.at, state.application_id, "corrects", event.notice_id)
            yield forward_own(correction_notice(notice_id, state, event))
        case _:
            yield from _watched(state, event)


def _watched(state: Known, event: Event) -> Iterable[Effect]:
    """One timer for all terms of a request: it stands where the next of them ends, and a step that comes moves it."""
    match event:
        case events.CaseProgressed(status=Status.OPENED):
            return  # it ends no term and begins none
        case events.RequestEnded(status=status) if state.answered or (status is Status.ISSUED and state.ready_told):
            return  # nothing ran any more
        case events.WithdrawalRouted() | events.WithdrawalDeclined() | events.RequestClosed():
            return
        case _:
            ends_at = watch.ends_at(state)
            yield Schedule(WATCH, ends_at + AFTER_DUE) if ends_at else Cancel(WATCH)


def meaning(forwarded: NoticeForwarded) -> Iterable[Effect]:
    """What a notice of a university means for its request: ESUVO holds it against the case (docs/adr/0035)."""
    if forwarded.university:
        notice = forwarded.notice
        said = Hear(forwarded.university, notice.kind, notice.notice_id, notice.corrects, forwarded.at)
        yield Tell(request_stream(notice.application_id), lambda known, _at: REQUEST.decide(said, known))


def find_overdue(state: State, timer: Timer) -> Sequence[RequestEvent]:
    return REQUEST.decide(Watch(timer.at), state)


def aggregate() -> Aggregate[State]:
    return Aggregate(
        category="request",
        initial=REQUEST.initial,
        evolve=REQUEST.evolve,
        events=EVENTS,
        react=react,
        timers={WATCH: find_overdue},
        projection=REQUESTS,
    )


def contract_event(state: Known, event: Event) -> Event | None:  # noqa: PLR0911 - one arm per contract event
    """None for what only ESUVO knows. Fields of the same name are passed on as they are."""
    ours = {"application_id": state.application_id, "university": state.request.university}
    of: dict[str, Any] = {**ours, **dict(event)}  # Any: the fields of all of them
    match event:
        case events.RequestRouted(at=at):
            return wire.RequestRouted.model_validate({**of, "routed_at": at})
        case events.RoutingFailed(at=at):
            return wire.RoutingFailed.model_validate({**of, "failed_at": at})
        case events.CorrectionRouted():
            return wire.CorrectionRouted.model_validate(of)
        case events.WithdrawalRouted():
            return wire.WithdrawalRouted.model_validate(of)
        case events.OverdueFound(at=at):
            return wire.RequestOverdue.model_validate({**of, "overdue_at": at})
        case events.ContradictionFound():
            return wire.ContradictionFound(
                application_id=state.application_id,
                university=state.request.university,
                told=wire.Told(kind=event.kind, notice_id=event.notice_id, at=event.told_at),
                came_to=wire.CameTo(outcome=event.outcome, event_id=event.event_id, at=event.ended_at),
                found_at=event.at,
            )
        case _:
            return None
