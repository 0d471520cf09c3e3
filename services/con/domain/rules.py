"""What the counter asks for and how long it may take: the regulation's data, read for the counter."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from contracts.regulation import SERVICE_CENTRE_HOURS, Limit, WorkCalendar, due, regulations
from services.con.domain.events import Step

ZONE: Final = ZoneInfo("Asia/Almaty")
_CALENDAR: Final = WorkCalendar(6, ZONE, SERVICE_CENTRE_HOURS)


def limit_of(regulation: str, step: Step) -> Limit:
    found = regulations()[regulation].channel("con").step(step).limit
    if found is None:
        raise ValueError(f"{regulation}: {step} has no limit; give it one in minutes")
    return found


def due_at(regulation: str, step: Step, start: datetime) -> datetime:
    return due(start, limit_of(regulation, step), regulations()[regulation].counting, _CALENDAR).at
