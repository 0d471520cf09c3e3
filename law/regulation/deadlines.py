"""When a term ends: working days, calendar days and minutes, by the regulation's counting rule. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from law.regulation.calendar import WorkCalendar
from law.regulation.model import Regulation
from law.regulation.parts import AfterHours, CountFrom, Counting, Limit, Roll, Unit

AFTER_DUE: Final = timedelta(seconds=1)
"""What is done at the due moment itself is in time: whoever watches a term looks so much later."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term in the organisation's zone, and the last instant of it in UTC."""

    date: date
    at: datetime


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The latest time of a step; `due` is None if the order sets no limit, and the step then takes no time."""

    id: str
    start: datetime
    due: Due | None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The steps' latest end, and the end of the term that it exceeds."""

    planned: Due
    term: Due


def due(start: datetime, limit: Limit, counting: Counting, calendar: WorkCalendar) -> Due:
    """When a term that an event at `start` (aware) begins ends: at closing time of its last day, or to the minute for minutes.

    Counted from the day of the event, that day is day 1 if it is a working day, otherwise the next working day; an event
    after closing time counts on the following day, or a term could end before it begins. ValueError for a naive `start`.
    """
    if start.utcoffset() is None:
        raise ValueError("start: a deadline is counted from an instant; give a datetime with a time zone")
    if limit.unit is Unit.MINUTE:
        at = start.astimezone(UTC) + timedelta(minutes=limit.value)
        return Due(at.astimezone(calendar.zone).date(), at)
    last = _last_day(_day_one(start, counting, calendar), limit, counting, calendar)
    return Due(last, calendar.closing(last))


def warning_at(start: datetime, due_at: datetime, before: Limit, calendar: WorkCalendar) -> datetime | None:
    """When to warn that a term ends at `due_at`; None when its start is later than that.

    Minutes are exact; working days are counted back from the last day, and the warning comes as that day closes.
    """
    if before.unit is Unit.MINUTE:
        at = due_at - timedelta(minutes=before.value)
    else:
        last = due_at.astimezone(calendar.zone).date()
        at = calendar.closing(calendar.subtract_working_days(last, before.value))
    return at if at > start else None


def plan(
    regulation: Regulation,
    channel: str,
    filed: datetime,
    calendar: WorkCalendar,
    counting: Counting | None = None,
    *,
    blank_in_stock: bool = True,
    by_actor: Mapping[str, WorkCalendar] | None = None,
) -> list[PlannedStep]:
    """When each step of a channel ends at the latest: each begins when the last of those it waits for is due.

    `by_actor` gives the calendar of an actor that is not the university's own, say of `con` (EDGE-23).
    """
    rule, calendars = counting or regulation.counting, by_actor or {}
    planned: list[PlannedStep] = []
    ends: dict[str, datetime] = {}
    start = filed.astimezone(UTC)
    for step in regulation.path(channel, blank_in_stock=blank_in_stock):
        start = max((ends[each] for each in step.after if each in ends), default=start)
        end = due(start, step.limit, rule, calendars.get(step.actor, calendar)) if step.limit else None
        planned.append(PlannedStep(step.id, start, end))
        start = ends[step.id] = end.at if end else start
    return planned


def overall(
    regulation: Regulation, channel: str, filed: datetime, calendar: WorkCalendar, counting: Counting | None = None
) -> Due | None:
    """When the overall term of the service ends, None if it has none; the steps together may take longer.

    Channels in `exclude_receipt_day` count it from the day after receipt.
    """
    if regulation.overall_limit is None:
        return None
    rule = counting or regulation.counting
    if channel in rule.exclude_receipt_day:
        rule = rule.model_copy(update={"count_from": CountFrom.NEXT_DAY})
    return due(filed, regulation.overall_limit, rule, calendar)


def shortfall(
    regulation: Regulation, channel: str, filed: datetime, calendar: WorkCalendar, counting: Counting | None = None
) -> Shortfall | None:
    """How much longer the steps may take together than the overall term; None if they fit into it (INC-19).

    The term is taken without moving it past days of rest and without excluding a day: both only postpone when it is
    breached, and neither makes the limits of the steps fit.
    """
    if regulation.overall_limit is None:
        return None
    rule = (counting or regulation.counting).model_copy(update={"roll_if_non_working": Roll.NONE})
    term = due(filed, regulation.overall_limit, rule, calendar)
    last = max((step.due for step in plan(regulation, channel, filed, calendar, counting) if step.due), key=_moment)
    return Shortfall(last, term) if last.at > term.at else None


def _moment(end: Due) -> datetime:
    return end.at


def _day_one(start: datetime, counting: Counting, calendar: WorkCalendar) -> date:
    """The first day that may count; for working days the first one worked from here on."""
    local = start.astimezone(calendar.zone)
    late = counting.after_hours is AfterHours.NEXT_DAY and local.time() > calendar.hours.closes
    return local.date() + _DAY if late or counting.count_from is CountFrom.NEXT_DAY else local.date()


def _last_day(first: date, limit: Limit, counting: Counting, calendar: WorkCalendar) -> date:
    if limit.unit is Unit.WORKING_DAY:
        return calendar.add_working_days(first - _DAY, limit.value)
    last = first + _DAY * (limit.value - 1)
    return calendar.on_or_after(last) if counting.roll_if_non_working is Roll.NEXT_WORKING_DAY else last
