"""When a hop that hears no acknowledgement tries again. Pure; virtual time."""

from datetime import datetime, timedelta
from typing import Final

MOST_ATTEMPTS: Final = 6
FIRST_WAIT: Final = timedelta(minutes=10)
RETRY_SECOND: Final = 50  # retries have a second of the minute to themselves, so that they meet no other actor


def next_attempt_at(at: datetime, attempt: int) -> datetime:
    """When attempt number `attempt`, made at `at`, counts as lost: ten minutes, doubling."""
    return (at + FIRST_WAIT * 2.0 ** (attempt - 1)).replace(second=RETRY_SECOND, microsecond=0)
