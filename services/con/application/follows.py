"""What follows from an event of an application: contract events, deadlines, the staff's next act, the document's lock."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from contracts import con_applications
from contracts.event import Event
from law.regulation import WorkCalendar
from law.universities import Universities
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services.con import document, streams
from services.con.application import events as e
from services.con.application import journey, rows, terms
from services.con.application import tells as contracts
from services.con.application import use_cases as app
from services.con.application.decide import APPLICATION, Command, PassDeadline
from services.con.application.state import ENDED, Nothing, Package, State, Status, TurnedAway, evolve
from services.con.simulated import staff
from services.con.simulated.staff import Job, Leg, Simulated

_AFTER_DUE: Final = timedelta(seconds=1)  # what is done at the due moment itself is in time
_REMIND: Final = "remind"
_SEND_BACK: Final = "send-back"
_ACTING: Final = (e.Step.REGISTER, e.Step.FILL_FORM, e.Step.ISSUE_RECEIPT, e.Step.DISPATCH)


@dataclass(frozen=True, slots=True)
class Applications:
    """The application aggregate, with the policy of its simulated staff, courier and applicants."""

    staff: Simulated
    universities: Universities

    def aggregate(self) -> Aggregate[State]:
        return Aggregate(
            category=streams.APPLICATION,
            initial=Nothing(),
            evolve=evolve,
            events=e.EVENTS,
            react=self.react,
            timers={
                "deadline": _passed,
                "staff": self._work,
                "courier": _bring,
                _REMIND: _remind,
                _SEND_BACK: _send_back,
            },
            projection=rows.APPLICATIONS,
        )

    def react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        match state:
            case TurnedAway():
                yield Tell(
                    streams.document_of(state.particulars),
                    lambda holder, _at: document.require_free(state.application_id, holder),
                )
                yield Publish(con_applications.TOPIC, str(state.application_id), contracts.refused(state))
            case Package():
                event = recorded.event
                for each in contracts.told(state, event):
                    yield Publish(con_applications.TOPIC, str(state.application_id), each)
                yield from _timed(state, event)
                yield from self._staffed(state, event)
                yield from self._carried(state, event)
                yield from _held(state, event)

    def _staffed(self, state: Package, event: Event) -> Iterator[Effect]:
        """What the operator does next, and when the applicant comes."""
        match event:
            case e.PackageHandedIn() | e.ApplicationRegistered() | e.FormFilled() | e.ReceiptIssued():
                running = state.running
                if running:
                    job = Job(state.application_id, running.step, running.started_at, running.due_at)
                    yield from _planned(running.step, self.staff.acts_at(job))
            case e.DuplicateArrived():
                collects_at = self.staff.collects_at(state.application_id, event.at)
                if collects_at and collects_at < event.send_back_at:
                    yield from _planned(e.Step.HAND_OVER, collects_at)
            case _:
                return

    def _carried(self, state: Package, event: Event) -> Iterator[Effect]:
        """The courier's ways, each until its receiver is open."""
        match event:
            case e.Dispatched():
                leg, goal = Leg.PACKAGE, self._university(state)
            case e.DuplicateSent():
                leg, goal = Leg.DUPLICATE, terms.CALENDAR
            case e.SentBack():
                leg, goal = Leg.RETURN, self._university(state)
            case _:
                return
        arrives_at = self.staff.arrives_at(state.application_id, leg, event.at, goal)
        if arrives_at:
            yield Schedule(f"courier:{leg}", arrives_at, {"leg": leg.value})

    def _university(self, state: Package) -> WorkCalendar:
        university = self.universities[state.particulars.university]
        return WorkCalendar(university.week, ZoneInfo(university.zone))

    def _work(self, state: State, timer: Timer) -> Sequence[Event]:
        """Simulated staff do what a person would ask for over HTTP, unless a person was a moment faster."""
        step = e.Step(str(timer.data["step"]))
        if not isinstance(state, Package):
            return []
        running = state.running
        if step is e.Step.HAND_OVER and state.status is Status.READY:
            return APPLICATION.decide(self._hand_over(state, timer), state)
        dispatched = state.status is Status.DISPATCHED
        if dispatched or running is None or running.step is not step:
            return []
        who = staff.operator(state.application_id, step)
        return _deed_of(step, state, who)(state, timer.at)

    def _hand_over(self, state: Package, timer: Timer) -> Command:
        who = state.application_id
        operator = staff.operator(who, e.Step.HAND_OVER)
        return journey.HandOver(self.staff.collector(who, timer.at), operator, came_at=timer.at, at=timer.at)


def _deed_of(step: e.Step, state: Package, operator: str) -> app.Deciding:
    deeds: dict[e.Step, Callable[[], app.Deciding]] = {
        e.Step.REGISTER: lambda: app.register(state.application_id, operator),
        e.Step.FILL_FORM: lambda: app.fill_form(staff.scans(state.application_id, state.presented), operator),
        e.Step.ISSUE_RECEIPT: lambda: app.issue_receipt(operator),
        e.Step.DISPATCH: lambda: app.dispatch(state.application_id, operator),
    }
    return deeds[step]()


def _planned(step: e.Step, at: datetime | None) -> Iterator[Schedule]:
    if at:
        yield Schedule(f"staff:{step}", at, {"step": step.value})


def _timed(state: Package, event: Event) -> Iterator[Effect]:
    """Deadlines begin and end with their acts; what the staff had planned ends with the act too."""
    match event:
        case e.PackageHandedIn():
            yield from _watch(state)
        case e.ApplicationRegistered() | e.FormFilled() | e.ReceiptIssued():
            yield from _over([act.step for act in state.acts if act.done_at][-1])
            yield from _watch(state)
        case e.Dispatched():
            yield Cancel(f"staff:{e.Step.DISPATCH}")
        case e.Delivered():
            yield from _over(e.Step.DISPATCH)
            yield Cancel(f"courier:{Leg.PACKAGE}")
        case e.Withdrawn() | e.Declined():
            for step in _ACTING:
                yield from _over(step)
            yield Cancel(f"courier:{Leg.DUPLICATE}")
            yield from _storage_over()
        case e.DuplicateArrived():
            yield Cancel(f"courier:{Leg.DUPLICATE}")
            yield Schedule(_REMIND, event.remind_at)
            yield Schedule(_SEND_BACK, event.send_back_at)
        case e.HandedOver() | e.SentBack():
            yield from _storage_over()
        case e.Returned():
            yield Cancel(f"courier:{Leg.RETURN}")
        case _:
            return


def _watch(state: Package) -> Iterator[Schedule]:
    act = state.running
    if act:
        yield Schedule(f"deadline:{act.step}", act.due_at + _AFTER_DUE, {"step": act.step})


def _over(step: e.Step) -> Iterator[Cancel]:
    yield Cancel(f"deadline:{step}")
    yield Cancel(f"staff:{step}")


def _storage_over() -> Iterator[Cancel]:
    yield Cancel(_REMIND)
    yield Cancel(_SEND_BACK)
    yield Cancel(f"staff:{e.Step.HAND_OVER}")


def _held(state: Package, event: Event) -> Iterator[Tell]:
    """The document is taken while the application is open, and free again when it ends (EDGE-11, EDGE-24)."""
    who, stream = state.application_id, streams.document_of(state.particulars)
    if isinstance(event, e.PackageHandedIn):
        yield Tell(stream, lambda holder, _at: document.take(who, holder))
    elif state.status in ENDED and not isinstance(event, e.DeadlineMissed):
        yield Tell(stream, lambda holder, _at: document.free(who, holder))


def _passed(state: State, timer: Timer) -> Sequence[Event]:
    return APPLICATION.decide(PassDeadline(str(timer.data["step"]), timer.at), state)


def _bring(state: State, timer: Timer) -> Sequence[Event]:
    """The courier arrives, unless somebody noted the arrival by hand or the application ended on the way."""
    if not isinstance(state, Package):
        return []
    match Leg(str(timer.data["leg"])), state.status:
        case Leg.PACKAGE, Status.DISPATCHED:
            return APPLICATION.decide(journey.Deliver(timer.at), state)
        case Leg.DUPLICATE, Status.DUPLICATE_DISPATCHED:
            return APPLICATION.decide(journey.TakeInDuplicate(timer.at), state)
        case Leg.RETURN, Status.SENT_BACK:
            return APPLICATION.decide(journey.BringBack(timer.at), state)
        case _:
            return []


def _remind(state: State, timer: Timer) -> Sequence[Event]:
    return APPLICATION.decide(journey.Remind(timer.at), state)


def _send_back(state: State, timer: Timer) -> Sequence[Event]:
    if not isinstance(state, Package):
        return []
    return APPLICATION.decide(journey.SendBack(app.waybill(state.application_id, Leg.RETURN), timer.at), state)
