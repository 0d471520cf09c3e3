"""The names of ESUVO's streams, and the keys of its timers."""

from hashlib import sha256
from typing import Final
from uuid import UUID

RESEND: Final = "resend"
REACH: Final = "reach"
SUPPLY: Final = "supply"
ALL_SERIALS: Final = "serials:blanks"


def request_stream(application_id: UUID) -> str:
    return f"request:{application_id}"


def notice_stream(notice_id: UUID) -> str:
    return f"notice:{notice_id}"


def ministry_stream(application_id: UUID) -> str:
    return f"ministry:{application_id}"


def grant_stream(application_id: UUID) -> str:
    return f"grant:{application_id}"


def contender_key(year: int, iin: str) -> str:
    """A person in a year's campaign, without the number itself in names and logs."""
    return sha256(f"{year}\x1f{iin}".encode()).hexdigest()[:32]


def contender_stream(key: str) -> str:
    return f"contender:{key}"
