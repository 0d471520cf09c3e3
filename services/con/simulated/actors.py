"""When the simulated operator, courier and applicants act, and what they do then: what a person would ask for over HTTP."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from contracts.event import Event
from law.regulation import WorkCalendar
from law.universities import Universities
from services._chassis.aggregate import Actors, Cancel, Effect, Recorded, Schedule, Timer
from services._chassis.decider import Ignored
from services.con.application import events as e
from services.con.application import journey, streams, terms, use_cases
from services.con.application.decide import APPLICATION, Command
from services.con.application.state import Package, State, Status
from services.con.simulated import staff
from services.con.simulated.staff import Job, Leg, Simulated

_ACTING: Final = (e.Step.REGISTER, e.Step.FILL_FORM, e.Step.ISSUE_RECEIPT, e.Step.DISPATCH)


def actors(policy: Simulated, universities: Universities) -> Actors[State]:
    """Those who act at an application by `policy`; the courier rides to `universities`."""
    people = _People(policy, universities)
    return Actors(streams.APPLICATION, people.react, {"staff": people.work, "courier": _bring})


@dataclass(frozen=True, slots=True)
class _People:
    policy: Simulated
    universities: Universities

    def react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        if isinstance(state, Package):
            yield from _done(recorded.event)
            yield from self._staffed(state, recorded.event)
            yield from self._carried(state, recorded.event)

    def work(self, state: State, timer: Timer) -> Sequence[Event]:
        """The operator acts, unless a person was a moment faster."""
        step = e.Step(str(timer.data["step"]))
        if not isinstance(state, Package):
            return Ignored("no-package")
        running = state.running
        if step is e.Step.HAND_OVER and state.status is Status.READY:
            return APPLICATION.decide(self._hand_over(state, timer), state)
        dispatched = state.status is Status.DISPATCHED
        if dispatched or running is None or running.step is not step:
            return Ignored("done-by-a-person")
        who = staff.operator(state.application_id, step)
        return _deed_of(step, state, who)(state, timer.at)

    def _staffed(self, state: Package, event: Event) -> Iterator[Effect]:
        """What the operator does next, and when the applicant comes."""
        match event:
            case e.PackageHandedIn() | e.ApplicationRegistered() | e.FormFilled() | e.ReceiptIssued():
                running = state.running
                if running:
                    job = Job(state.application_id, running.step, running.started_at, running.due_at)
                    yield from _planned(running.step, self.policy.acts_at(job))
            case e.DuplicateArrived():
                collects_at = self.policy.collects_at(state.application_id, event.at)
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
        arrives_at = self.policy.arrives_at(state.application_id, leg, event.at, goal)
        if arrives_at:
            yield Schedule(f"courier:{leg}", arrives_at, {"leg": leg.value})

    def _university(self, state: Package) -> WorkCalendar:
        university = self.universities[state.particulars.university]
        return WorkCalendar(university.week, ZoneInfo(university.zone))

    def _hand_over(self, state: Package, timer: Timer) -> Command:
        who = state.application_id
        operator = staff.operator(who, e.Step.HAND_OVER)
        return journey.HandOver(self.policy.collector(who, timer.at), operator, came_at=timer.at, at=timer.at)


def _done(event: Event) -> Iterator[Cancel]:
    """What was planned ends with the act, whoever did it."""
    match event:
        case e.ApplicationRegistered():
            yield _unplanned(e.Step.REGISTER)
        case e.FormFilled():
            yield _unplanned(e.Step.FILL_FORM)
        case e.ReceiptIssued():
            yield _unplanned(e.Step.ISSUE_RECEIPT)
        case e.Dispatched():
            yield _unplanned(e.Step.DISPATCH)
        case e.Delivered():
            yield Cancel(f"courier:{Leg.PACKAGE}")
        case e.Withdrawn() | e.Declined():
            yield from (_unplanned(step) for step in (*_ACTING, e.Step.HAND_OVER))
            yield Cancel(f"courier:{Leg.DUPLICATE}")
        case e.DuplicateArrived():
            yield Cancel(f"courier:{Leg.DUPLICATE}")
        case e.HandedOver() | e.SentBack():
            yield _unplanned(e.Step.HAND_OVER)
        case e.Returned():
            yield Cancel(f"courier:{Leg.RETURN}")
        case _:
            return


def _planned(step: e.Step, at: datetime | None) -> Iterator[Schedule]:
    if at:
        yield Schedule(f"staff:{step}", at, {"step": step.value})


def _unplanned(step: e.Step) -> Cancel:
    return Cancel(f"staff:{step}")


def _deed_of(step: e.Step, state: Package, operator: str) -> use_cases.Deciding:
    deeds: dict[e.Step, Callable[[], use_cases.Deciding]] = {
        e.Step.REGISTER: lambda: use_cases.register(state.application_id, operator),
        e.Step.FILL_FORM: lambda: use_cases.fill_form(staff.scans(state.application_id, state.presented), operator),
        e.Step.ISSUE_RECEIPT: lambda: use_cases.issue_receipt(operator),
        e.Step.DISPATCH: lambda: use_cases.dispatch(state.application_id, operator),
    }
    return deeds[step]()


def _bring(state: State, timer: Timer) -> Sequence[Event]:
    """The courier arrives, unless somebody noted the arrival by hand or the application ended on the way."""
    if not isinstance(state, Package):
        return Ignored("no-package")
    match Leg(str(timer.data["leg"])), state.status:
        case Leg.PACKAGE, Status.DISPATCHED:
            return APPLICATION.decide(journey.Deliver(timer.at), state)
        case Leg.DUPLICATE, Status.DUPLICATE_DISPATCHED:
            return APPLICATION.decide(journey.TakeInDuplicate(timer.at), state)
        case Leg.RETURN, Status.SENT_BACK:
            return APPLICATION.decide(journey.BringBack(timer.at), state)
        case _:
            return Ignored("arrived-or-ended")
