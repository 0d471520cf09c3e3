"""What may be asked of a person in the common database. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import Channel, Refusal, RefusalCode
from contracts.grants import Standing, Via
from services.esuvo.grants.contender.events import (
    Counted,
    CutoffPoints,
)


@dataclass(frozen=True, slots=True)
class Enter:
    """An application reached the register. `counted` is what the competition counts of it, or why it may not compete."""

    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    counted: Counted | Refusal
    at: datetime


@dataclass(frozen=True, slots=True)
class Award:
    """The order of that number names the person, for the choice of that number, counted from 1."""

    order_number: str
    round: int
    choice: int
    via: Via
    collect_by: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Refuse:
    """The order does not name the person. `cutoffs` are of their choices, as far as there are any."""

    order_number: str
    round: int
    cutoffs: tuple[CutoffPoints, ...]
    at: datetime
    code: RefusalCode = RefusalCode.NO_SEAT


@dataclass(frozen=True, slots=True)
class Certify:
    """The certificate for the seat of that choice is ready, perhaps before the list is published (C-7, C-8)."""

    number: str
    choice: int
    replaces: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """`university` says that the winner did not enrol."""

    application_id: UUID
    university: str
    at: datetime


Command: TypeAlias = Enter | Award | Refuse | Certify | Release
