"""What may be asked of the ledger of blank forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import Blank, BlankKind, Serial


@dataclass(frozen=True, slots=True)
class Receive:
    blanks: tuple[Blank, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Reserve:
    """One blank of each of `kinds`, all or none."""

    application_id: UUID
    kinds: tuple[BlankKind, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteAsked:
    """The request for what the waiting case is short of has gone to the Ministry."""

    application_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Allocate:
    """Serve those of the queue for whom the Ministry was asked: so the requests always cover the needs of all."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Release:
    """The case needs no blanks any more: what it holds is free, its place in the queue is void."""

    application_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    application_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Spoil:
    """Blank forms reserved for the case are spoilt: written off, and one of each kind to be had instead (EDGE-13)."""

    application_id: UUID
    blanks: tuple[Blank, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class WriteOff:
    """A free blank form is spoilt or lost (EDGE-13)."""

    serial: Serial
    at: datetime


Command: TypeAlias = Receive | Reserve | NoteAsked | Allocate | Release | Use | Spoil | WriteOff
