"""The regulation as it applies to one case: which steps it has, when each is due, in the university's own calendar."""

from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from contracts.regulation import Limit, Regulation, Step, Week, WorkCalendar, due, overall, regulations
from services.university_is.domain.events import Opened, StepStarted, Task

OVERALL: Final = "overall"
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


def limit_in_words(opened: Opened, step: str) -> str:
    """As in the regulation's data: `4 working_day`."""
    regulation = _regulation(opened)
    limit = regulation.overall_limit if step == OVERALL else regulation.channel(opened.channel).step(step).limit
    return f"{limit.value} {limit.unit}" if limit else "none"


def counting_in_words(opened: Opened) -> str:
    return _regulation(opened).counting.count_from.value


def _due(opened: Opened, limit: Limit | None, at: datetime) -> datetime | None:
    if limit is None:
        return None
    return due(at, limit, _regulation(opened).counting, calendar(opened.zone, opened.week)).at


def _regulation(opened: Opened) -> Regulation:
    return regulations()[opened.regulation]
