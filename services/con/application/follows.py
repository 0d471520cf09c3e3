"""What follows from an event of an application: contract events, deadlines, the storage of a duplicate, the document's lock."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from contracts import con_applications
from contracts.event import Event
from law.regulation import AFTER_DUE
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services._chassis.decider import Ignored
from services.con import document
from services.con.application import events as e
from services.con.application import journey, rows, streams, tells, use_cases
from services.con.application.decide import APPLICATION, PassDeadline
from services.con.application.state import ENDED, Nothing, Package, State, TurnedAway, evolve

_REMIND: Final = "remind"
_SEND_BACK: Final = "send-back"
_BEFORE_DELIVERY: Final = (e.Step.REGISTER, e.Step.FILL_FORM, e.Step.ISSUE_RECEIPT, e.Step.DISPATCH)


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    match state:
        case TurnedAway():
            yield Tell(
                streams.document_of(state.particulars),
                lambda holder, _at: document.require_free(state.application_id, holder),
            )
            yield Publish(con_applications.TOPIC, str(state.application_id), tells.refused(state))
        case Package():
            event = recorded.event
            for each in tells.told(state, event):
                yield Publish(con_applications.TOPIC, str(state.application_id), each)
            yield from _timed(state, event)
            yield from _held(state, event)


def _timed(state: Package, event: Event) -> Iterator[Effect]:
    """Deadlines begin and end with their acts, a duplicate is kept until somebody collects it or its time is over."""
    match event:
        case e.PackageHandedIn():
            yield from _watch(state)
        case e.ApplicationRegistered() | e.FormFilled() | e.ReceiptIssued():
            yield _over([act.step for act in state.acts if act.done_at][-1])
            yield from _watch(state)
        case e.Delivered():
            yield _over(e.Step.DISPATCH)
        case e.Withdrawn() | e.Declined():
            yield from (_over(step) for step in _BEFORE_DELIVERY)
            yield from _storage_over()
        case e.DuplicateArrived():
            yield Schedule(_REMIND, event.remind_at)
            yield Schedule(_SEND_BACK, event.send_back_at)
        case e.HandedOver() | e.SentBack():
            yield from _storage_over()
        case _:
            return


def _watch(state: Package) -> Iterator[Schedule]:
    act = state.running
    if act:
        yield Schedule(f"deadline:{act.step}", act.due_at + AFTER_DUE, {"step": act.step})


def _over(step: e.Step) -> Cancel:
    return Cancel(f"deadline:{step}")


def _storage_over() -> Iterator[Cancel]:
    yield Cancel(_REMIND)
    yield Cancel(_SEND_BACK)


def _held(state: Package, event: Event) -> Iterator[Tell]:
    """The document is taken while the application is open, and free again when it ends (EDGE-11, EDGE-24)."""
    who, stream = state.application_id, streams.document_of(state.particulars)
    if isinstance(event, e.PackageHandedIn):
        yield Tell(stream, lambda holder, _at: document.take(who, holder))
    elif state.status in ENDED and not isinstance(event, e.DeadlineMissed):
        yield Tell(stream, lambda holder, _at: document.free(who, holder))


def _passed(state: State, timer: Timer) -> Sequence[Event]:
    return APPLICATION.decide(PassDeadline(str(timer.data["step"]), timer.at), state)


def _remind(state: State, timer: Timer) -> Sequence[Event]:
    return APPLICATION.decide(journey.Remind(timer.at), state)


def _send_back(state: State, timer: Timer) -> Sequence[Event]:
    if not isinstance(state, Package):
        return Ignored("no-package")
    return APPLICATION.decide(journey.SendBack(use_cases.waybill(state.application_id, "return"), timer.at), state)


APPLICATIONS: Final = Aggregate[State](
    category=streams.APPLICATION,
    initial=Nothing(),
    evolve=evolve,
    events=e.EVENTS,
    react=react,
    timers={"deadline": _passed, _REMIND: _remind, _SEND_BACK: _send_back},
    projection=rows.APPLICATIONS,
)
