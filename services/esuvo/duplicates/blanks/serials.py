"""Serial numbers of the blank forms that the Ministry sends: one counter for all, so that none is given twice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from services._chassis.decider import Decider, Refused

MOST: Final = 999_999_999


class BlockReserved(Event):
    """The serial numbers from `first`, `count` of them, belong to the supply for this application."""

    name: ClassVar[str] = "block-reserved"

    application_id: UUID
    first: int
    count: int
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Reserve:
    application_id: UUID
    count: int
    at: datetime


def reserve(command: Reserve, following: int) -> Sequence[BlockReserved]:
    """The next block. `following` is the first number that nobody has, so that no number is given twice."""
    if following + command.count - 1 > MOST:
        detail = f"{command.count} more serial numbers would pass {MOST}"
        raise Refused("serials.exhausted", detail, remedy="begin another series")
    return [BlockReserved(application_id=command.application_id, first=following, count=command.count, at=command.at)]


def evolve(_following: int, event: BlockReserved) -> int:
    return event.first + event.count


SERIALS: Final[Decider[int, Reserve, BlockReserved]] = Decider(1, reserve, evolve)
