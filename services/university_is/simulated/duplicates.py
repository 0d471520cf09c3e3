"""What simulated people do about a case: each desk in its own time, and the applicant who comes for the duplicate."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts.common import NoticeKind
from contracts.event import Event
from services._chassis.aggregate import Cancel, Effect, Recorded, Schedule, Timer
from services._chassis.decider import Ignored
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case import verification
from services.university_is.duplicates.case.decide import CASE, awaits
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.state import Case, State, Status, Unopened
from services.university_is.duplicates.case.tasks import command_of
from services.university_is.simulated.staff import Job, Simulated, known_by_post
from services.university_is.steps import StepRecord

_HEARING: Final = "staff:hearing"
# The other two begin elsewhere: preparation when the blanks are there, hand-over when the applicant knows.
_BEGUN_BY_STEP: Final = frozenset({Task.REGISTER, Task.VERIFY, Task.CONSIDER, Task.REQUEST_BLANK, Task.NOTIFY_READY})


@dataclass(frozen=True, slots=True)
class OfCases:
    """`react` plans their work, the timer `staff` does it."""

    staff: Simulated

    def react(self, case: State, recorded: Recorded) -> Iterable[Effect]:
        if isinstance(case, Unopened):
            return
        event = recorded.event
        if isinstance(event, e.StepDone | e.StepDropped) and event.step:
            yield Cancel(f"staff:{event.step}")  # what was planned for a step ends with it
        yield from self._planned(case, event)

    def _planned(self, case: Case, event: Event) -> Iterator[Effect]:
        match event:
            case e.StepStarted(task=task, at=at) if task in _BEGUN_BY_STEP:
                yield from self._job(case, task, at)
            case e.BlanksReserved(at=at):
                yield from self._job(case, Task.PREPARE, at)
            case e.HearingAppointed(held_at=held_at):
                job = Job(case.application_id, Task.HEAR, len(case.steps), held_at, held_at, None, case.calendar)
                yield from _scheduled(_HEARING, Task.HEAR, self.staff.works_at(job))
            case e.HearingHeld() | e.Withdrawn() if case.hearing:
                yield Cancel(_HEARING)
            case e.NoticeDelivered(number=number, at=at) if _awaits_collection(case, number):
                yield from self._collection(case, at)
            case e.NoticePosted(number=number, at=at) if _awaits_collection(case, number):
                yield from self._collection(case, known_by_post(at, case.calendar))
            case e.ReturnedFromCentre(at=at):
                yield from self._collection(case, known_by_post(at, case.calendar))
            case _:
                return

    def _job(self, case: Case, task: Task, at: datetime) -> Iterator[Effect]:
        step = case.under_way(task)
        if step is None:
            return
        run = sum(each.task == task for each in case.steps)
        job = Job(case.application_id, task, run, at, step.started, step.due, case.calendar, _limit(case, step))
        yield from _scheduled(f"staff:{step.step}", task, self.staff.works_at(job))

    def _collection(self, case: Case, known_at: datetime) -> Iterator[Effect]:
        step = terms.step_of(case.opened, Task.HAND_OVER)
        comes_at = self.staff.collects_at(case.application_id, known_at, case.calendar)
        yield from _scheduled(f"staff:{step.id if step else Task.HAND_OVER}", Task.HAND_OVER, comes_at)

    def work(self, case: State, timer: Timer) -> Sequence[Event]:
        """What a person would ask for over HTTP, unless a withdrawal or a person was a moment faster."""
        task = Task(str(timer.data["task"]))
        if not isinstance(case, Case) or not awaits(case, task):
            return Ignored("not-at-this-desk")
        return CASE.decide(self._command(case, task, timer.at), case)

    def _command(self, case: Case, task: Task, at: datetime) -> c.Command:
        run = sum(each.task == task for each in case.steps)
        if task is Task.VERIFY and self.staff.refuses_wrongly(case.application_id, run):
            return c.Refuse(Task.VERIFY, verification.MISREAD, at)
        if task is Task.PREPARE and terms.needs_blanks(case.opened):
            printed = case.blanks[0].serial
            if self.staff.spoils(case.application_id, printed):
                return c.Spoil((printed,), at)
        if task is Task.HAND_OVER:
            day = at.astimezone(case.calendar.zone).date()
            return c.HandOver(at, self.staff.collector(case.application_id, day))
        return command_of(task, case, at)


def _limit(case: Case, step: StepRecord) -> timedelta | None:
    """The preparation's, since its days are those of the calendar; the others' work fills their working days."""
    return terms.calendar_limit(case.opened, step.step) if step.task is Task.PREPARE else None


def _awaits_collection(case: Case, number: int) -> bool:
    return case.status is Status.PREPARED and case.notice(number).kind is NoticeKind.READY


def _scheduled(key: str, task: Task, at: datetime | None) -> Iterator[Effect]:
    if at:
        yield Schedule(key, at, {"task": task.value})
