"""When the common steps of a year's campaign are done: each on the day it is due, at a fixed time in Astana. Pure, cached.

Planned from the last day on which applications may be filed. What depends on a step before it is reckoned again from the
moment when that step was really done: `due` and `planned` say how.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Final

from law.regulation import CountFrom, Due, Regulation, Step, WorkCalendar, load
from law.regulation.campaign import (
    ZONE,
    Infeasible,
    Window,
    backstop_of,
    campaign_of,
    campaign_plan,
    due_of,
    infeasible,
    window,
)

REGULATION: Final = "KZ-MES-705-GRANT"
CALENDAR: Final = WorkCalendar(5, ZONE)
# Second 45 is the campaign's own, so that at one virtual instant only one kind of actor acts.
CLOSING: Final = time(15, 30, 45)  # of the register, after the committees' last round that day
_BETWEEN: Final = 2  # working days between the end of enrolment and the second round: assumed (EDGE-35)


class CampaignStep(StrEnum):
    """The steps that are the campaign's and nobody's application's, by the regulation's ids."""

    SHEETS_OF_PAPER = "GRANT-P-3"
    SHEETS = "GRANT-E-4"
    PROTOCOL = "GRANT-C-5"
    ORDER = "GRANT-C-6"
    CERTIFICATES = "GRANT-C-7"
    PUBLICATION = "GRANT-C-8"
    HAND_OVER = "GRANT-C-9"


_TIMES: Final[Mapping[CampaignStep, time]] = {
    CampaignStep.SHEETS: time(17, 0, 45),
    CampaignStep.PROTOCOL: time(11, 0, 45),
    CampaignStep.ORDER: time(12, 0, 45),
    CampaignStep.PUBLICATION: time(10, 0, 45),
    CampaignStep.CERTIFICATES: time(14, 0, 45),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A step of the campaign: when whoever keeps the term does it, and the last instant of the term, both in UTC."""

    step: CampaignStep
    at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """A year's campaign as it goes when every step is done in its term.

    What reaches the register from `register_closes` on is too late. `collect_by` is the last day of GRANT-C-9 for those of
    the first round, `enrolment_closes` the last instant at which a winner may enrol. Moments are in UTC.
    """

    year: int
    window: Window
    register_closes: datetime
    sheets: Planned
    protocol: Planned
    order: Planned
    certificates: Planned
    publication: Planned
    collect_by: date
    enrolment_closes: datetime
    second_meeting: datetime
    infeasible: Infeasible | None


@cache
def schedule(year: int, count_from: CountFrom | None = None) -> Schedule:
    """The campaign of that year. Raises ValueError for a year outside the production calendar."""
    law = regulation(count_from)
    ends = {each.id: each.due for each in campaign_plan(law, year, CALENDAR)}
    sheets_due = max((_known(ends[step]) for step in (CampaignStep.SHEETS_OF_PAPER, CampaignStep.SHEETS)), key=_last)
    sheets = Planned(CampaignStep.SHEETS, _at(sheets_due.date, _TIMES[CampaignStep.SHEETS]), sheets_due.at)
    protocol = first_meeting(sheets.at, year, count_from)
    order = planned(CampaignStep.ORDER, protocol.at, year, count_from)
    enrolment = campaign_of(law).enrolment_until.of(year)
    return Schedule(
        year=year,
        window=window(law, year),
        register_closes=_at(sheets_due.date, CLOSING),
        sheets=sheets,
        protocol=protocol,
        order=order,
        certificates=planned(CampaignStep.CERTIFICATES, order.at, year, count_from),
        publication=planned(CampaignStep.PUBLICATION, order.at, year, count_from),
        collect_by=_known(backstop_of(step_of(CampaignStep.HAND_OVER), CALENDAR, year)).date,
        enrolment_closes=CALENDAR.closing(enrolment),
        second_meeting=_at(CALENDAR.add_working_days(enrolment, _BETWEEN), _TIMES[CampaignStep.PROTOCOL]),
        infeasible=infeasible(law, year, CALENDAR),
    )


@cache
def regulation(count_from: CountFrom | None = None) -> Regulation:
    """The regulation that governs campaigns, perhaps with the other counting rule (domain C.4)."""
    law = load(REGULATION)
    if count_from is None:
        return law
    return law.model_copy(update={"counting": law.counting.model_copy(update={"count_from": count_from})})


@cache
def step_of(step: CampaignStep) -> Step:
    return next(each for channel in regulation().channels.values() for each in channel.steps if each.id == step)


def limit_of(step: CampaignStep) -> str:
    """The limit in words, for example `3 working_day`."""
    limit = step_of(step).limit
    return f"{limit.value} {limit.unit}" if limit else "none"


def due(step: CampaignStep, start: datetime, year: int, count_from: CountFrom | None = None) -> Due:
    """When a step that begins at `start` is due."""
    return due_of(step_of(step), start, regulation(count_from), CALENDAR, year)


def planned(step: CampaignStep, start: datetime, year: int, count_from: CountFrom | None = None) -> Planned:
    """A step that begins at `start`, done on its last day."""
    end = due(step, start, year, count_from)
    return Planned(step, _at(end.date, _TIMES[step]), end.at)


def first_meeting(start: datetime, year: int, count_from: CountFrom | None = None) -> Planned:
    """The commission meets the working day before its term ends, so that it may meet once more in time (EDGE-32)."""
    end = due(CampaignStep.PROTOCOL, start, year, count_from)
    day = CALENDAR.subtract_working_days(end.date, 1)
    return Planned(CampaignStep.PROTOCOL, _at(day, _TIMES[CampaignStep.PROTOCOL]), end.at)


def later(step: CampaignStep, after: datetime, working_days: int = 1) -> datetime:
    """The step's time of day, so many working days after a moment."""
    return _at(CALENDAR.add_working_days(after.astimezone(ZONE).date(), working_days), _TIMES[step])


def local_date(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZONE).astimezone(UTC)


def _known(end: Due | None) -> Due:
    if end is None:
        raise ValueError(f"{REGULATION}: a step of the campaign has neither limit nor fixed date; give it one")
    return end


def _last(end: Due) -> datetime:
    return end.at
