"""When the desks work and when the applicant comes: a seeded policy, pure, so that one seed gives one history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Final, Self
from uuid import UUID

from contracts.common import Collector, Serial
from contracts.desks import Action, Desk
from law.left_open import BlankAlarm
from law.regulation import WorkCalendar
from services._actors.draws import Draw, collector
from services._actors.policy import Absence, DeskPolicy, Mode, StaffPolicy, WorkTime
from services.university_is.desks import desk_of
from services.university_is.duplicates.case.events import Task
from services.university_is.grants.application.events import GrantTask

_DAY: Final = timedelta(days=1)
_POST_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Rounds:
    """When people of one kind see to what lies before them, and a look before closing at what is due that day.

    Each kind has a second of its own, so that at one virtual instant only one kind of actor acts. The afternoon's is when
    the warnings of the day come too.
    """

    times: tuple[time, ...]
    last_call: time

    @classmethod
    def at_second(cls, second: int) -> Self:
        return cls((time(10, 0, second), time(15, 30, second)), time(18, 20, second))

    def next(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """The first round after `at`."""
        day = calendar.on_or_after(at.astimezone(calendar.zone).date())
        later = (each for each in (moment(day, each, calendar) for each in self.times) if each > at)
        return next(later, None) or self.first(calendar.next_working_day(day), calendar)

    def first(self, day: date, calendar: WorkCalendar) -> datetime:
        return moment(day, self.times[0], calendar)

    def before_closing(self, day: date, calendar: WorkCalendar) -> datetime:
        return moment(day, self.last_call, calendar)


DESKS: Final = Rounds.at_second(20)
COMMITTEE: Final = Rounds.at_second(30)
RECTOR: Final = Rounds((time(18, 25, 35),), time(18, 25, 35))  # signs when the committee's day is over


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
        came = _back(job.at, desk.absences, job.calendar) if desk.absences else job.at
        at = self._usually(job, came)
        return present(at, desk.absences, job.calendar, rounds_of(job.task)) if desk.absences else at

    def _usually(self, job: Job, came: datetime) -> datetime:
        draw, work = Draw(self.seed, job.application_id, f"{job.task}:{job.run}"), self._work[job.task]
        rounds = rounds_of(job.task)
        if job.due is None:
            return rounds.next(came, job.calendar)
        due = job.due.astimezone(job.calendar.zone).date()
        if draw.happens(work.late_share):
            days = work.late_days_min + draw.below(work.late_days_max - work.late_days_min + 1)
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
        days = collection.days_min + draw.below(collection.days_max - collection.days_min + 1)
        day = calendar.add_working_days(known_at.astimezone(calendar.zone).date(), days)
        return present(moment(day, draw.pick(DESKS.times), calendar), desk.absences, calendar)

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


def _back(at: datetime, absences: Sequence[Absence], calendar: WorkCalendar) -> datetime:
    """`at`, or the first moment of the day on which somebody is at the desk again."""
    day = start = at.astimezone(calendar.zone).date()
    while away := next((each for each in absences if each.first <= day <= each.last), None):
        day = away.last + _DAY
    return at if day == start else moment(day, time(0), calendar)


def present(at: datetime, absences: Sequence[Absence], calendar: WorkCalendar, rounds: Rounds = DESKS) -> datetime:
    """`at`, or the first round when somebody is at the desk again: a holiday may make the work late."""
    back = _back(at, absences, calendar)
    while back != at:
        at = rounds.next(back, calendar)
        back = _back(at, absences, calendar)
    return at


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


@lru_cache(maxsize=1_000)  # many jobs come to a desk at one instant
def rounds_between(after: datetime, until: datetime, calendar: WorkCalendar, rounds: Rounds) -> Sequence[datetime]:
    """The rounds after the one moment, up to the other."""
    found = [rounds.next(after, calendar)]
    while found[-1] <= until:
        found.append(rounds.next(found[-1], calendar))
    return tuple(found[:-1])


@lru_cache(maxsize=10_000)
def moment(day: date, at: time, calendar: WorkCalendar) -> datetime:
    """That wall time of that day at the university, in UTC."""
    return datetime.combine(day, at, calendar.zone).astimezone(UTC)
