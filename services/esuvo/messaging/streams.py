"""The names of ESUVO's streams, and the keys of its timers."""

from typing import Final
from uuid import UUID

RESEND: Final = "resend"
SUPPLY: Final = "supply"
ALL_SERIALS: Final = "serials:blanks"


def request_stream(application_id: UUID) -> str:
    return f"request:{application_id}"


def notice_stream(notice_id: UUID) -> str:
    return f"notice:{notice_id}"


def ministry_stream(application_id: UUID) -> str:
    return f"ministry:{application_id}"
