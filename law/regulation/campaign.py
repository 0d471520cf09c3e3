"""A public service that is given once a year: its filing window, and steps that must end by a fixed date. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from law.regulation.calendar import WorkCalendar
from law.regulation.deadlines import Due, PlannedStep, due
from law.regulation.model import Regulation, Step
from law.regulation.parts import Campaign, Counting

ZONE: Final = ZoneInfo("Asia/Almaty")  # a campaign is one for the whole country: its days are those of the capital
CHANNELS: Final = ("paper", "portal")
COMMON: Final = "common"
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Window:
    """When applications may be filed, in UTC: from `opens` on, and before `closes`, the first instant too late."""

    opens: datetime
    closes: datetime

    def covers(self, at: datetime) -> bool:
        return self.opens <= at < self.closes


class Infeasible(NamedTuple):
    """A step that cannot meet its fixed date: if all before it take their whole limit, it begins only at `planned` (INC-20)."""

    step: str
    planned: Due
    backstop: Due


def campaign_year(at: datetime) -> int:
    """The year of the campaign in which something filed at that instant (aware) takes part."""
    return at.astimezone(ZONE).year


def window(regulation: Regulation, year: int) -> Window:
    """The days of that year on which applications may be filed. Raises ValueError for a service without a campaign."""
    days = campaign_of(regulation).window
    after = days.last_day.of(year) + timedelta(days=1)
    return Window(_midnight(days.first_day.of(year)), _midnight(after))


def campaign_of(regulation: Regulation) -> Campaign:
    """The regulation's campaign. Raises ValueError if it has none."""
    if regulation.campaign is None:
        raise ValueError(f"regulation: {regulation.id} has no campaign; use one whose service is rendered once a year")
    return regulation.campaign


def due_of(step: Step, start: datetime, regulation: Regulation, calendar: WorkCalendar, year: int) -> Due:
    """When a step begun at `start` is due: its limit or its fixed date of that year, whichever comes first.

    Raises ValueError for a step that has neither.
    """
    found = _due(step, start, regulation.counting, calendar, year)
    if found is None:
        raise ValueError(f"step: {step.id} has neither limit nor backstop; ask for one that has")
    return found


def backstop_of(step: Step, calendar: WorkCalendar, year: int) -> Due | None:
    """The step's fixed date, at closing time; it is not moved if it is a day of rest."""
    if step.backstop is None:
        return None
    last = step.backstop.of(year)
    return Due(last, calendar.closing(last))


def campaign_plan(
    regulation: Regulation,
    year: int,
    calendar: WorkCalendar,
    counting: Counting | None = None,
    *,
    filed: datetime | None = None,
    channels: Iterable[str] = CHANNELS,
) -> list[PlannedStep]:
    """When each step of a campaign ends at the latest, for applications filed on the last day through all `channels`.

    A step starts when the last of those it waits for ends; the slowest channel sets the common ones running. `filed`
    (aware) is noon of the window's last day unless given. Steps after a fixed date that cannot be met start too late.
    """
    at = filed or datetime.combine(campaign_of(regulation).window.last_day.of(year), _NOON, ZONE)
    rule, planned = counting or regulation.counting, list[PlannedStep]()
    ends: dict[str, datetime] = {}
    for channel in (*channels, COMMON):
        start = at.astimezone(UTC)
        for step in regulation.path(channel, blank_in_stock=True):
            start = max((ends[each] for each in step.after if each in ends), default=start)
            end = _due(step, start, rule, calendar, year)
            planned.append(PlannedStep(step.id, start, end))
            start = ends[step.id] = max(start, end.at) if end else start
    return planned


def infeasible(
    regulation: Regulation,
    year: int,
    calendar: WorkCalendar,
    counting: Counting | None = None,
    *,
    filed: datetime | None = None,
    channels: Iterable[str] = CHANNELS,
) -> Infeasible | None:
    """The first step that would begin after its fixed date; None where all can be met (INC-20, EDGE-34)."""
    steps = {step.id: step for channel in regulation.channels.values() for step in channel.steps}
    for each in campaign_plan(regulation, year, calendar, counting, filed=filed, channels=channels):
        fixed = backstop_of(steps[each.id], calendar, year)
        if fixed and each.start > fixed.at:
            return Infeasible(each.id, Due(each.start.astimezone(calendar.zone).date(), each.start), fixed)
    return None


def _due(step: Step, start: datetime, rule: Counting, calendar: WorkCalendar, year: int) -> Due | None:
    limit = due(start, step.limit, rule, calendar) if step.limit else None
    ends = [end for end in (limit, backstop_of(step, calendar, year)) if end]
    return min(ends, key=lambda end: end.at, default=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)
