"""Which steps a university has by the regulation that governs an application, and when each is due. Pure.

ESUVO counts for itself, from what it routed and heard: a university that is silent is watched like one that watches itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from contracts.common import Channel
from contracts.esuvo_requests import StepLimit
from law.regulation import (
    Limit,
    Regulation,
    Step,
    Unit,
    UnknownRegulation,
    Week,
    WorkCalendar,
    due,
    governing,
    overall,
    regulations,
)

OVERALL: Final = "overall"
_EVENING: Final = time(23, 59, 59)
# Whose silence is a university's: the others' steps are done elsewhere.
_DESKS: Final = frozenset({"chancellery", "academic_affairs", "management", "admission_committee"})


@dataclass(frozen=True, slots=True)
class Term:
    """A term that runs: of a step, or of the whole service."""

    step: str
    limit: StepLimit
    began_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """The regulation that governs one application, in the calendar of its university."""

    regulation: str
    zone: str
    week: Week

    def step(self, action: str) -> Step | None:
        """The step by which the portal's channel gives the action to a desk of the university; None where it does not."""
        return _steps(self.regulation).get(action)

    def has(self, action: str) -> bool:
        return action in _steps(self.regulation)

    def running(self, action: str, began_at: datetime) -> Term | None:
        """The action's term, counted from `began_at`; None without a limit."""
        step = self.step(action)
        return _term(self, step.id, step.limit, began_at) if step and step.limit else None

    def overall(self, filed_at: datetime) -> Term | None:
        """The term of the whole service; None without one."""
        limit = _regulation(self.regulation).overall_limit
        return _term(self, OVERALL, limit, filed_at) if limit else None

    def fields(self) -> dict[str, Any]:  # Any: fields of an event
        """As an event stores them."""
        return {"regulation": self.regulation, "zone": self.zone, "week": self.week}

    @property
    def stands_still(self) -> bool:
        """Whether the preparation's clock waits for the blank forms (INC-21)."""
        return _regulation(self.regulation).blank_branch.suspend_clock


def governed(filed_at: datetime, zone: str, week: Week, service: str, counted_in: str) -> Terms | None:
    """The terms of what was filed then, by its date in the zone `counted_in`; None where no regulation is in force."""
    try:
        return Terms(governing(filed_at.astimezone(ZoneInfo(counted_in)).date(), service).id, zone, week)
    except UnknownRegulation:
        return None


def in_words(term: Term | None) -> str | None:
    """The limit as in the regulation's data: `4 working_day`."""
    return f"{term.limit.value} {term.limit.unit}" if term else None


def _regulation(name: str) -> Regulation:
    return regulations()[name]


@cache
def _steps(regulation: str) -> Mapping[str, Step]:
    path = _regulation(regulation).path(Channel.PORTAL, blank_in_stock=False)
    return MappingProxyType({step.action: step for step in path if step.actor in _DESKS})


@cache
def _calendar(zone: str, week: Week) -> WorkCalendar:
    return WorkCalendar(week, ZoneInfo(zone))


def _term(terms: Terms, step: str, limit: Limit, began_at: datetime) -> Term:
    within = _calendar(terms.zone, terms.week)
    local = began_at.astimezone(within.zone)
    if limit.unit is Unit.MINUTE:
        due_at = due(began_at, limit, _regulation(terms.regulation).counting, within).at
    else:
        due_at = _due(terms, step, local.date(), local.time() > within.hours.closes)
    return Term(step, StepLimit.model_construct(value=limit.value, unit=limit.unit.value), began_at, due_at)


@lru_cache(maxsize=10_000)
def _due(terms: Terms, step: str, day: date, late: bool) -> datetime:  # noqa: FBT001 - a key of the cache
    """By the day: the applications of one day, of which there are thousands, are counted once."""
    regulation, within = _regulation(terms.regulation), _calendar(terms.zone, terms.week)
    began_at = datetime.combine(day, _EVENING if late else within.hours.closes, within.zone)
    if step == OVERALL:
        whole = overall(regulation, Channel.PORTAL, began_at, within)
        if whole is None:
            raise ValueError(f"{regulation.id} has no term of the whole service: ask for it only where there is one")
        return whole.at
    limit = regulation.channel(Channel.PORTAL).step(step).limit
    if limit is None:
        raise ValueError(f"{step} has no limit: ask for its term only where it has one")
    return due(began_at, limit, regulation.counting, within).at
