"""When the desks work and when the applicant comes: a seeded policy, pure, so that one seed gives one history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Protocol, TypeVar
from uuid import UUID

from contracts.regulation import WorkCalendar
from services.university_is.domain.events import Task

T = TypeVar("T")

# Desks act at second 20, so that at one virtual instant only one kind of actor acts.
ROUNDS: Final = tuple(time(hour, 0, 20) for hour in (10, 15))
LAST_CALL: Final = time(18, 20, 20)  # a look before closing at what is due that day
_DAY: Final = timedelta(days=1)
_LATE_OF_100: Final = 3
_PREPARATION_DAYS: Final = (3, 20)  # of the 22: forms are filled in, signed by the rector and sealed in batches
_POST_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A task that has come to a desk at `at`; its term began at `started` and ends at `due`."""

    application_id: UUID
    task: Task
    run: int
    at: datetime
    started: datetime
    due: datetime | None
    calendar: WorkCalendar


class Staff(Protocol):
    """None: nobody acts by itself, people do it over HTTP."""

    def works_at(self, job: Job) -> datetime | None: ...

    def collects_at(self, application_id: UUID, known_at: datetime, calendar: WorkCalendar) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class NobodySimulated:
    """Every desk is a person's or another system's."""

    def works_at(self, job: Job) -> datetime | None:  # noqa: ARG002 - the protocol's signature
        return None

    def collects_at(self, application_id: UUID, known_at: datetime, calendar: WorkCalendar) -> datetime | None:  # noqa: ARG002 - the protocol's signature
        return None


@dataclass(frozen=True, slots=True)
class Simulated:
    """Works within the term, but for about 3 in 100 tasks, which are one or two working days late."""

    seed: int

    def works_at(self, job: Job) -> datetime | None:
        draw = _Draw(self.seed, job.application_id, f"{job.task}:{job.run}")
        if job.due is None:
            return next_round(job.at, job.calendar)
        due = job.due.astimezone(job.calendar.zone).date()
        if draw.below(100) < _LATE_OF_100:
            late = job.calendar.add_working_days(due, 1 + draw.below(2))
            return max(_at(late, draw.pick(ROUNDS), job.calendar), next_round(job.at, job.calendar))
        usual = _rounds(job.at, job.due, job.calendar)
        if usual:
            return draw.pick(_spread(job, usual))
        last_call = _at(due, LAST_CALL, job.calendar)
        return last_call if last_call > job.at else next_round(job.at, job.calendar)

    def collects_at(self, application_id: UUID, known_at: datetime, calendar: WorkCalendar) -> datetime | None:
        """One to five working days after the applicant knows."""
        draw = _Draw(self.seed, application_id, "collect")
        day = calendar.add_working_days(known_at.astimezone(calendar.zone).date(), 1 + draw.below(5))
        return _at(day, draw.pick(ROUNDS), calendar)


def next_round(at: datetime, calendar: WorkCalendar) -> datetime:
    """The desks' first round after `at`."""
    day = calendar.on_or_after(at.astimezone(calendar.zone).date())
    later = (each for each in (_at(day, each, calendar) for each in ROUNDS) if each > at)
    return next(later, None) or _at(calendar.next_working_day(day), ROUNDS[0], calendar)


def known_by_post(at: datetime, calendar: WorkCalendar) -> datetime:
    """When a letter posted at `at` has been read."""
    day = calendar.add_working_days(at.astimezone(calendar.zone).date(), _POST_DAYS)
    return _at(day, ROUNDS[0], calendar)


def _spread(job: Job, rounds: Sequence[datetime]) -> Sequence[datetime]:
    if job.task is not Task.PREPARE:
        return rounds
    first, last = (job.started + _DAY * days for days in _PREPARATION_DAYS)
    return [each for each in rounds if first <= each <= last] or rounds


@lru_cache(maxsize=1_000)  # many jobs come to a desk at one instant
def _rounds(after: datetime, until: datetime, calendar: WorkCalendar) -> Sequence[datetime]:
    rounds = [next_round(after, calendar)]
    while rounds[-1] <= until:
        rounds.append(next_round(rounds[-1], calendar))
    return tuple(rounds[:-1])


@lru_cache(maxsize=10_000)
def _at(day: date, moment: time, calendar: WorkCalendar) -> datetime:
    return datetime.combine(day, moment, calendar.zone).astimezone(UTC)


class _Draw:
    """Numbers that hang on seed, application and step alone."""

    def __init__(self, seed: int, application_id: UUID, label: str) -> None:
        named = f"{seed}\x1f{application_id}\x1f{label}".encode()
        self._left = int.from_bytes(blake2b(named, digest_size=16).digest(), "big")

    def below(self, bound: int) -> int:
        self._left, number = divmod(self._left, bound)
        return number

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]
