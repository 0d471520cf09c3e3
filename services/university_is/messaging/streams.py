"""The names of the streams."""

from typing import Final
from uuid import UUID

CASE: Final = "case"
BLANKS: Final = "blanks"
GRADUATE: Final = "graduate"
ERRAND: Final = "errand"


def case(application_id: UUID | str) -> str:
    return f"{CASE}:{application_id}"


def blanks(university: str) -> str:
    return f"{BLANKS}:{university}"


def errand(application_id: UUID | str) -> str:
    return f"{ERRAND}:{application_id}"


def graduate(university: str, iin: str) -> str:
    return f"{GRADUATE}:{university}-{iin}"
