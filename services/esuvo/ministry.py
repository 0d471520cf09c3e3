"""The simulated Ministry at its desk: when it answers a request for blank forms, and with how many. Pure, seeded."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.regulation import WorkCalendar

ZONE: Final = ZoneInfo("Asia/Almaty")
ANSWERS: Final = time(11, 30, 40)  # second 40 is the Ministry's own, so that it meets no other actor at one instant


@dataclass(frozen=True, slots=True)
class Ministry:
    """Answers after `days_min` to `days_max` working days (INC-21: no limit in the order) with a `reserve` per kind."""

    seed: int
    days_min: int
    days_max: int
    reserve: int

    def answers_at(self, application_id: UUID, ordinal: int, received_at: datetime) -> datetime:
        """The moment (UTC) of the answer to request number `ordinal` of this application."""
        days = self.days_min + self._draw(application_id, ordinal) % (self.days_max - self.days_min + 1)
        received = received_at.astimezone(ZONE).date()
        day = WorkCalendar(5, ZONE).add_working_days(received, days)
        return datetime.combine(day, ANSWERS, ZONE).astimezone(UTC)

    def _draw(self, application_id: UUID, ordinal: int) -> int:
        step = f"{self.seed}\x1f{application_id}\x1fministry\x1f{ordinal}"
        return int.from_bytes(blake2b(step.encode(), digest_size=8).digest(), "big")
