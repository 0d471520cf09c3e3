"""The names of ESUVO's streams."""

from typing import Final
from uuid import UUID

from contracts.esuvo_competition import campaign_id

ALL_SERIALS: Final = "serials:blanks"


def request_stream(application_id: UUID) -> str:
    return f"request:{application_id}"


def notice_stream(notice_id: UUID) -> str:
    return f"notice:{notice_id}"


def ministry_stream(application_id: UUID) -> str:
    return f"ministry:{application_id}"


def grant_stream(application_id: UUID) -> str:
    return f"grant:{application_id}"


def contender_stream(key: str) -> str:
    """`key` is what contender_state.key_of makes of year and IIN."""
    return f"contender:{key}"


def campaign_stream(year: int) -> str:
    return f"campaign:{campaign_id(year)}"


def annex_stream(year: int, round_: int, number: int) -> str:
    """Annexes of one protocol are carried out in the order of their numbers."""
    return f"annex:{campaign_id(year)}-{round_}-{number:04d}"
