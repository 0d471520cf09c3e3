"""When simulated people see to what lies before them: the rounds of each kind of actor, on the clock of its office.

Each kind has a second of its own, so that at one virtual instant only one kind acts. Whoever adds a kind takes a free one.
ESUVO's register and campaign, which are no actors, keep second 45.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from law.regulation import WorkCalendar
from services._actors.policy import Absence

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rounds:
    """The times of a working day, and a look before closing at what is due that day: left out, the last of them."""

    times: tuple[time, ...]
    last_call: time | None = None

    def next(self, at: datetime, calendar: WorkCalendar) -> datetime:
        """The first round after `at`."""
        day = calendar.on_or_after(at.astimezone(calendar.zone).date())
        later = (each for each in (moment(day, each, calendar) for each in self.times) if each > at)
        return next(later, None) or self.first(calendar.next_working_day(day), calendar)

    def first(self, day: date, calendar: WorkCalendar) -> datetime:
        return moment(day, self.times[0], calendar)

    def before_closing(self, day: date, calendar: WorkCalendar) -> datetime:
        return moment(day, self.last_call or self.times[-1], calendar)


def _at_second(second: int) -> Rounds:
    """The usual life of an office."""
    return Rounds((time(10, 0, second), time(15, 30, second)), time(18, 20, second))


OPERATOR_SECOND: Final = 5  # at the counter acts come at any minute, all at this second
OPERATOR: Final = Rounds((time(11, 0, 5), time(16, 0, 5), time(19, 30, 5)))  # the last for what came late
DESKS: Final = _at_second(20)
COMMITTEE: Final = _at_second(30)
COURIER: Final = Rounds((time(11, 0, 35), time(16, 0, 35)))  # on the service centre's clock
RECTOR: Final = Rounds((time(18, 25, 35),))  # signs when the committee's day is over
MINISTRY: Final = Rounds((time(11, 30, 40),))


def present(at: datetime, absences: Sequence[Absence], calendar: WorkCalendar, rounds: Rounds) -> datetime:
    """`at`, or the first round when somebody is at the desk again: an absence may make the work late."""
    found = back(at, absences, calendar)
    while found != at:
        at = rounds.next(found, calendar)
        found = back(at, absences, calendar)
    return at


def back(at: datetime, absences: Sequence[Absence], calendar: WorkCalendar) -> datetime:
    """`at`, or the first moment of the day on which somebody is at the desk again."""
    day = start = at.astimezone(calendar.zone).date()
    while away := next((each for each in absences if each.first <= day <= each.last), None):
        day = away.last + _DAY
    return at if day == start else moment(day, time(0), calendar)


@lru_cache(maxsize=1_000)  # many jobs come to a desk at one instant
def rounds_between(after: datetime, until: datetime, calendar: WorkCalendar, rounds: Rounds) -> Sequence[datetime]:
    """The rounds after the one moment, up to the other."""
    found = [rounds.next(after, calendar)]
    while found[-1] <= until:
        found.append(rounds.next(found[-1], calendar))
    return tuple(found[:-1])


@lru_cache(maxsize=10_000)
def moment(day: date, at: time, calendar: WorkCalendar) -> datetime:
    """That wall time of that day at the office, in UTC."""
    return datetime.combine(day, at, calendar.zone).astimezone(UTC)
