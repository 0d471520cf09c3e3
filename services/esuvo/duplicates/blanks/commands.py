"""What may be asked of a request for blank forms. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import BlankKind


@dataclass(frozen=True, slots=True)
class Ask:
    application_id: UUID
    university: str
    kinds: tuple[BlankKind, ...]
    requested_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """Send the form that is missing and a `reserve`, of each kind; `kinds` if not those that were asked for."""

    reserve: int
    at: datetime
    kinds: tuple[BlankKind, ...] | None = None
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class Decline:
    at: datetime


@dataclass(frozen=True, slots=True)
class Number:
    """The forms get the serial numbers from `first` on."""

    first: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Deliver:
    """The forms are at the university."""

    at: datetime


Command: TypeAlias = Ask | Grant | Decline | Number | Deliver
