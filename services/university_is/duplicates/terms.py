"""The regulation as it applies to one case: which steps it has, when each is due, in the university's own calendar."""

from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from law.regulation import (
    Limit,
    Regulation,
    Shortfall,
    Step,
    Unit,
    Week,
    WorkCalendar,
    due,
    overall,
    regulations,
    shortfall,
)
from law.regulation import warning_at as _warning_at
from services.university_is.duplicates.case.events import Opened, StepStarted, Task

OVERALL: Final = "overall"
_NOON: Final = time(12)
_DESKS: Final = frozenset({"chancellery", "academic_affairs", "management"})  # the others act elsewhere


@cache
def calendar(zone: str, week: Week) -> WorkCalendar:
    """The working days of a university in that zone on that week, with the hours of a service provider (B.1)."""
    return WorkCalendar(week, ZoneInfo(zone))


def step_of(opened: Opened, task: Task) -> Step | None:
    """The step by which the case's channel gives the task to a desk of the university, None when it does not."""
    steps = _regulation(opened).path(opened.channel, blank_in_stock=False)
    return next((step for step in steps if step.action == task and step.actor in _DESKS), None)


def start(opened: Opened, task: Task, at: datetime) -> list[StepStarted]:
    """The task begins, its term counted from `at`; nothing when the regulation has no such step."""
    step = step_of(opened, task)
    return [] if step is None else [StepStarted(step=step.id, task=task, at=at, due_at=_due(opened, step.limit, at))]


def overall_due(regulation: Regulation, channel: str, filed_at: datetime, within: WorkCalendar) -> datetime | None:
    """When the term of the whole service ends, None without one (EDGE-16)."""
    end = overall(regulation, channel, filed_at, within)
    return end.at if end else None


def infeasible(regulation: Regulation, channel: str, filed_at: datetime, zone: str, week: Week) -> Shortfall | None:
    """What the steps at their latest exceed the term by, at the latest known at the opening (INC-19); None if nothing."""
    within = calendar(zone, week)
    local = filed_at.astimezone(within.zone)
    late = local.time() > within.hours.closes
    return _infeasible(regulation.id, channel, local.date() + timedelta(days=late), zone, week)


@lru_cache(maxsize=10_000)
def _infeasible(regulation: str, channel: str, day: date, zone: str, week: Week) -> Shortfall | None:
    """By the day: the applications of one day, of which there are thousands, are planned once."""
    within = calendar(zone, week)
    noon = datetime.combine(day, _NOON, within.zone)
    return shortfall(regulations()[regulation], channel, noon, within)


def warning_at(opened: Opened, start: datetime, due_at: datetime) -> datetime | None:
    """When the desk is warned of a term that ends at `due_at`; None without a warning."""
    rule = _regulation(opened).deadline_warning
    return _warning_at(start, due_at, rule.before, calendar(opened.zone, opened.week)) if rule else None


def hearing_at(opened: Opened, at: datetime) -> datetime | None:
    """When a hearing that is appointed at `at` may be held at the earliest; None where a refusal needs none."""
    rule = _regulation(opened).pre_refusal_hearing
    if rule is None:
        return None
    within = calendar(opened.zone, opened.week)
    return within.opening(within.add_working_days(at.astimezone(within.zone).date(), rule.not_earlier_than.value))


def needs_blanks(opened: Opened) -> bool:
    """Whether the duplicate is written on the Ministry's blank forms, or on one of the university's own sample."""
    return _regulation(opened).blank_branch.enabled


def stands_still(opened: Opened) -> bool:
    """Whether the preparation's clock waits for the blank forms with the case (INC-21)."""
    return _regulation(opened).blank_branch.suspend_clock


@cache
def _calendar_days(regulation: str, channel: str, step: str) -> timedelta | None:
    limit = regulations()[regulation].channel(channel).step(step).limit
    return timedelta(days=limit.value) if limit and limit.unit is Unit.CALENDAR_DAY else None


@cache
def _actor(regulation: str, channel: str, step: str) -> str:
    return regulations()[regulation].channel(channel).step(step).actor


def desk_of(opened: Opened, step: str) -> str:
    """The desk that does the step, by the regulation's own word for it."""
    return _actor(opened.regulation, opened.channel, step)


def calendar_limit(opened: Opened, step: str) -> timedelta | None:
    """The limit of a step that is counted in calendar days."""
    return _calendar_days(opened.regulation, opened.channel, step)


def limit_in_words(opened: Opened, step: str) -> str:
    """As in the regulation's data: `4 working_day`."""
    regulation = _regulation(opened)
    limit = regulation.overall_limit if step == OVERALL else regulation.channel(opened.channel).step(step).limit
    return f"{limit.value} {limit.unit}" if limit else "none"


def waybill(opened: Opened) -> str:
    """The number under which the courier carries the duplicate; derived, since counting would hang on arrival."""
    return f"KZ-{opened.request.university}-{opened.application_id.int % 10**12:012d}"


def counting_in_words(opened: Opened) -> str:
    return _regulation(opened).counting.count_from.value


def _due(opened: Opened, limit: Limit | None, at: datetime) -> datetime | None:
    if limit is None:
        return None
    return due(at, limit, _regulation(opened).counting, calendar(opened.zone, opened.week)).at


def _regulation(opened: Opened) -> Regulation:
    return regulations()[opened.regulation]
