"""Kazakhstan's production calendar: which days an organisation works, in its zone, on its week.

Public holidays and their carry-over come from the `holidays` library; what it lacks is in the table next to this file.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

import yaml
from holidays import HolidayBase, country_holidays
from pydantic import BaseModel

from law.record import Record

Week = Literal[5, 6]

TABLE: Final = Path(__file__).with_name("kz-rest-day-transfers.yaml")
# The library's holidays begin in 1991; moved days of rest are complete from 2005, before that those of 2000 to 2003 only.
# A six-day week's transfers are known from 2014.
_YEARS: Final = {5: range(1991, 2101), 6: range(2014, 2101)}
_DAY: Final = timedelta(days=1)
_SUNDAY: Final = 6


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Opening times of one working day, local wall time. Raises ValueError when they are out of order."""

    opens: time
    closes: time
    lunch: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        edges = [self.opens, *(self.lunch or ()), self.closes]
        if edges != sorted(set(edges)):
            raise ValueError("office hours: opens, lunch and closes must follow one another; put them in order")

    def cover(self, moment: time) -> bool:
        """Whether the office serves at this time of a working day; the closing minute itself no longer counts."""
        at_lunch = self.lunch is not None and self.lunch[0] <= moment < self.lunch[1]
        return self.opens <= moment < self.closes and not at_lunch


# A provider's hours of an analogous service; the service centre's of 2015 were not found (domain catalogue, B.1).
UNIVERSITY_HOURS: Final = OfficeHours(time(9), time(18, 30), (time(13), time(14, 30)))
SERVICE_CENTRE_HOURS: Final = OfficeHours(time(9), time(20))


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of one organisation. Five-day and six-day weeks have different transfers of days of rest, too."""

    week: Week
    zone: ZoneInfo
    hours: OfficeHours = UNIVERSITY_HOURS

    def is_working_day(self, day: date) -> bool:
        return day in working_days(self.week, day.year)

    def on_or_after(self, day: date) -> date:
        """That day if it is worked, else the next working day."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def next_working_day(self, day: date) -> date:
        return self.on_or_after(day + _DAY)

    def add_working_days(self, day: date, count: int) -> date:
        """The working day number `count` (1 or more) after `day`, which itself is not counted."""
        if count < 1:
            raise ValueError(f"count: {count} working days cannot be added; give 1 or more")
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def subtract_working_days(self, day: date, count: int) -> date:
        """The working day number `count` (1 or more) before `day`, which itself is not counted."""
        if count < 1:
            raise ValueError(f"count: {count} working days cannot be subtracted; give 1 or more")
        while count:
            day -= _DAY
            count -= self.is_working_day(day)
        return day

    def opening(self, day: date) -> datetime:
        """The instant at which the office opens on that day, in UTC."""
        return datetime.combine(day, self.hours.opens, self.zone).astimezone(UTC)

    def closing(self, day: date) -> datetime:
        """The instant at which the office closes on that day, in UTC."""
        return datetime.combine(day, self.hours.closes, self.zone).astimezone(UTC)

    def is_open(self, at: datetime) -> bool:
        """Whether the office serves at that instant (an aware datetime)."""
        local = at.astimezone(self.zone)
        return self.is_working_day(local.date()) and self.hours.cover(local.time())


@cache
def working_days(week: Week, year: int) -> frozenset[date]:
    """All working days of a year on that week; computed once. Raises ValueError outside the known years."""
    if week not in _YEARS:
        raise ValueError(f"week: {week} days is not modelled; use 5 or 6")
    if year not in _YEARS[week]:
        known = f"{_YEARS[week].start} to {_YEARS[week].stop - 1}"
        raise ValueError(f"year: {year} is outside the calendar of {week}-day weeks; use {known}")
    days = _six_day_week(year) if week == 6 else _five_day_week(year)  # noqa: PLR2004 - the name of the week
    moved = [row for row in _transfers() if week in row.weeks]
    worked = {row.worked for row in moved if row.worked.year == year}
    return frozenset((days | worked) - {row.moved_to for row in moved})


class _Transfer(Record):
    worked: date
    moved_to: date
    weeks: tuple[Week, ...]
    source: str


class _Table(BaseModel):
    transfers: tuple[_Transfer, ...]


@cache
def _transfers() -> tuple[_Transfer, ...]:
    return _Table.model_validate(yaml.safe_load(TABLE.read_text(encoding="utf-8"))).transfers


def _year(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + _DAY * n for n in range((date(year + 1, 1, 1) - first).days)]


def _five_day_week(year: int) -> set[date]:
    # `weekend_workdays` holds 2013-12-28 whatever the year asked for; walking the year's own days leaves it out.
    off = country_holidays("KZ", years=year)
    return {day for day in _year(year) if day in off.weekend_workdays or (day.weekday() < 5 and day not in off)}  # noqa: PLR2004 - Mon to Fri


def _six_day_week(year: int) -> set[date]:
    """Saturdays work, so transfers from a Saturday mean nothing and only a holiday on a Sunday carries over."""
    known = country_holidays("KZ", years=year, observed=False, language="en_US")
    off = {day for day in known if not _is_transfer(known, day)}
    for day in sorted(off):
        if day.weekday() == _SUNDAY and _carries_over(known, day):
            off.add(_free_day_after(day, off))
    return {day for day in _year(year) if day.weekday() != _SUNDAY and day not in off}


def _free_day_after(day: date, off: set[date]) -> date:
    while day in off or day.weekday() == _SUNDAY:
        day += _DAY
    return day


def _is_transfer(known: HolidayBase, day: date) -> bool:
    return all(name.startswith("Day off") for name in known.get_list(day))


def _carries_over(known: HolidayBase, day: date) -> bool:
    """Christmas and Kurban Ait are days of rest, not holidays of the law, and do not carry over."""
    return not all(name.startswith(("Orthodox Christmas", "Eid al-Adha")) for name in known.get_list(day))
