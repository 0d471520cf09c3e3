"""When the desks work and when the applicant comes: a seeded policy, pure, so that one seed gives one history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from contracts.common import Collector, Serial
from contracts.desks import Action, Desk
from law.left_open import BlankAlarm
from law.regulation import WorkCalendar
from services._actors.draws import Draw, collector
from services._actors.policy import DeskPolicy, Mode, StaffPolicy, WorkTime
from services._actors.rounds import COMMITTEE, DESKS, RECTOR, Rounds, back, moment, present, rounds_between
from services.university_is.desks import desk_of
from services.university_is.duplicates.case.events import Task
from services.university_is.grants.application.events import GrantTask

_POST_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A task that has come to a desk at `at`; its term began at `started` and ends at `due`."""

    application_id: UUID
    task: Task | GrantTask
    run: int
    at: datetime
    started: datetime
    due: datetime | None
    calendar: WorkCalendar
    limit: timedelta | None = None  # in calendar days; None when it runs in working days


@dataclass(frozen=True)
class Simulated:
    """Works within the term, but for about 3 in 100 tasks, which are one or two working days late; all of it is policy.

    None for a moment: nobody acts by itself, people do it over HTTP.
    """

    seed: int
    policy: StaffPolicy = field(default_factory=StaffPolicy)

    def works_at(self, job: Job) -> datetime | None:
        desk = self._desks[job.task]
        if desk.mode is Mode.MANUAL:
            return None
        came = back(job.at, desk.absences, job.calendar) if desk.absences else job.at
        at = self._usually(job, came)
        return present(at, desk.absences, job.calendar, rounds_of(job.task)) if desk.absences else at

    def _usually(self, job: Job, came: datetime) -> datetime:
        draw, work = Draw(self.seed, job.application_id, f"{job.task}:{job.run}"), self._work[job.task]
        rounds = rounds_of(job.task)
        if job.due is None:
            return rounds.next(came, job.calendar)
        due = job.due.astimezone(job.calendar.zone).date()
        if draw.happens(work.late_share):
            days = draw.between(work.late_days_min, work.late_days_max)
            late = job.calendar.add_working_days(due, days)
            return max(moment(late, draw.pick(rounds.times), job.calendar), rounds.next(came, job.calendar))
        usual = rounds_between(came, job.due, job.calendar, rounds)
        if usual:
            return draw.pick(_spread(job, usual, work))
        last_call = rounds.before_closing(due, job.calendar)
        return last_call if last_call > came else rounds.next(came, job.calendar)

    def collects_at(self, application_id: UUID, known_at: datetime, calendar: WorkCalendar) -> datetime | None:
        """Some working days after the applicant knows; None when nobody ever comes (EDGE-18) or a person is to act."""
        desk, collection = self._desks[Task.HAND_OVER], self.policy.collection
        never = Draw(self.seed, application_id, "collect:never").happens(collection.never_share)
        if never or desk.mode is Mode.MANUAL:
            return None
        draw = Draw(self.seed, application_id, "collect")
        days = draw.between(collection.days_min, collection.days_max)
        day = calendar.add_working_days(known_at.astimezone(calendar.zone).date(), days)
        return present(moment(day, draw.pick(DESKS.times), calendar), desk.absences, calendar, DESKS)

    def refuses_wrongly(self, application_id: UUID, run: int) -> bool:
        """Whether this verification refuses whatever the register says."""
        share = self.policy.mistakes.wrongly_refused
        return share > 0 and Draw(self.seed, application_id, f"wrongly-refused:{run}").happens(share)

    def spoils(self, application_id: UUID, serial: Serial) -> bool:
        """Whether this blank form is spoilt in printing (EDGE-13)."""
        share = self.policy.mistakes.spoilt_in_printing
        return share > 0 and Draw(self.seed, application_id, f"spoilt:{serial}").happens(share)

    def collector(self, application_id: UUID, day: date) -> Collector:
        """Who comes for the duplicate on that day (EDGE-19)."""
        return collector(self.seed, application_id, self.policy.collection.representative_share, day)

    @property
    def blank_alarm(self) -> BlankAlarm:
        return self.policy.blank_alarm

    @cached_property
    def _desks(self) -> dict[Task | GrantTask, DeskPolicy]:
        return {task: self.policy.desk(desk_of(task)) for task in (*Task, *GrantTask)}

    @cached_property
    def _work(self) -> dict[Task | GrantTask, WorkTime]:
        return {task: self.policy.work_time(Action(task)) for task in (*Task, *GrantTask)}


_ROUNDS: Final = {Desk.ADMISSION_COMMITTEE: COMMITTEE, Desk.RECTOR: RECTOR}


def rounds_of(task: Task | GrantTask) -> Rounds:
    return _ROUNDS.get(desk_of(task), DESKS)


def known_by_post(at: datetime, calendar: WorkCalendar) -> datetime:
    """When a letter posted at `at` has been read."""
    return after_days(at, _POST_DAYS, calendar)


def after_days(at: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The first round of the working day that is so many after `at`."""
    return DESKS.first(calendar.add_working_days(at.astimezone(calendar.zone).date(), days), calendar)


def _spread(job: Job, rounds: Sequence[datetime], work: WorkTime) -> Sequence[datetime]:
    """Those between the two shares of the limit, or all when none is."""
    if job.due is None or (work.share_min == 0 and work.share_max == 1):
        return rounds
    limit = job.limit or job.due - job.started
    first, last = job.started + limit * work.share_min, job.started + limit * work.share_max
    return [each for each in rounds if first <= each <= last] or rounds
