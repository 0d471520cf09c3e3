"""What the service centre asks for, how long it may take and how long it keeps a duplicate: data, read for it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from law.regulation import SERVICE_CENTRE_HOURS, Limit, WorkCalendar, due, regulations
from services.con.application.events import Step

ZONE: Final = ZoneInfo("Asia/Almaty")
CALENDAR: Final = WorkCalendar(6, ZONE, SERVICE_CENTRE_HOURS)


def limit_of(regulation: str, step: Step) -> Limit:
    found = regulations()[regulation].channel("con").step(step).limit
    if found is None:
        raise ValueError(f"{regulation}: {step} has no limit; give it one in minutes")
    return found


def due_at(regulation: str, step: Step, start: datetime) -> datetime:
    return due(start, limit_of(regulation, step), regulations()[regulation].counting, CALENDAR).at


@dataclass(frozen=True, slots=True)
class Storage:
    """How long a duplicate is kept for its applicant (EDGE-18). The numbers are assumed: none was found."""

    remind_after: timedelta
    months: int
    reminds_at: time
    sends_back_at: time


STORAGE: Final = Storage(remind_after=timedelta(days=14), months=1, reminds_at=time(9, 30), sends_back_at=time(18))


def remind_at(received_at: datetime) -> datetime:
    """When the applicant who has not come is reminded; on a day of rest it is the next working day."""
    return _on_working_day(_day(received_at) + STORAGE.remind_after, STORAGE.reminds_at)


def send_back_at(received_at: datetime) -> datetime:
    """When a duplicate that nobody collected goes back to the university."""
    return _on_working_day(_months_later(_day(received_at), STORAGE.months), STORAGE.sends_back_at)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def _on_working_day(day: date, moment: time) -> datetime:
    return datetime.combine(CALENDAR.on_or_after(day), moment, ZONE).astimezone(UTC)


def _months_later(day: date, months: int) -> date:
    """The matching day of a later month, its last one where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
