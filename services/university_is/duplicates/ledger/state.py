"""The ledger of one university's blank forms as it stands, and what each of its events makes of it."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from immutables import Map

from contracts.common import Blank, BlankKind
from services.university_is.duplicates.ledger.events import (
    BlanksAllotted,
    BlanksReceived,
    BlanksReleased,
    BlanksUsed,
    BlankWrittenOff,
    CaseAsked,
    CaseLeftQueue,
    CaseQueued,
    LedgerEvent,
)

_FEW: Final = 8  # up to here lines are put in their places one by one


class BlankState(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    USED = "used"
    WRITTEN_OFF = "written-off"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger; `since` when it is in this state, `application_id` for whom it is reserved or used."""

    blank: Blank
    state: BlankState
    since: datetime
    application_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in the queue; `asked` once the Ministry has the request for what was short."""

    application_id: UUID
    kinds: tuple[BlankKind, ...]
    since: datetime
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """By serial: a serial stands in one line, and so is in one state.

    The other fields say the same from other sides, so that no decision walks through the whole stock: per kind the free
    lines by serial, per application the serials that it holds or used, the waiting cases, and how many wait for a kind.
    """

    entries: Map[str, Entry] = field(default_factory=Map)
    free: Map[BlankKind, tuple[Entry, ...]] = field(default_factory=Map)
    held: Map[UUID, tuple[str, ...]] = field(default_factory=Map)
    places: Map[UUID, Waiting] = field(default_factory=Map)
    claims: Map[BlankKind, int] = field(default_factory=Map)

    @property
    def queue(self) -> tuple[Waiting, ...]:
        """The waiting cases, the longest wait first."""
        return tuple(sorted(self.places.values(), key=lambda each: (each.since, each.application_id)))

    def waiting(self, application_id: UUID) -> Waiting | None:
        return self.places.get(application_id)

    def of(self, application_id: UUID, state: BlankState) -> tuple[Blank, ...]:
        lines = (self.entries[serial] for serial in self.held.get(application_id, ()))
        return tuple(each.blank for each in lines if each.state is state)

    @property
    def has_free(self) -> bool:
        return any(self.free.values())


def evolve(ledger: Ledger, event: LedgerEvent) -> Ledger:  # noqa: PLR0911 - one arm per event
    match event:
        case BlanksReceived() | BlanksReleased():
            return _moved(ledger, event.blanks, BlankState.FREE, event.at)
        case BlanksAllotted():
            moved = _moved(ledger, event.blanks, BlankState.RESERVED, event.at, event.application_id)
            return _out_of_queue(moved, event.application_id)
        case CaseQueued():
            return _into_queue(ledger, Waiting(event.application_id, event.kinds, event.at))
        case CaseAsked():
            asked = replace(ledger.places[event.application_id], asked=True)
            return replace(ledger, places=ledger.places.set(event.application_id, asked))
        case CaseLeftQueue():
            return _out_of_queue(ledger, event.application_id)
        case BlanksUsed():
            return _moved(ledger, event.blanks, BlankState.USED, event.at, event.application_id)
        case BlankWrittenOff():
            return _moved(ledger, (event.blank,), BlankState.WRITTEN_OFF, event.at)
        case _:
            assert_never(event)


def _moved(
    ledger: Ledger, blanks: tuple[Blank, ...], state: BlankState, at: datetime, application_id: UUID | None = None
) -> Ledger:
    lines = {each.serial: Entry(each, state, at, application_id) for each in blanks}
    free, held = ledger.free, ledger.held
    for kind in {each.kind for each in blanks}:
        moving = {serial: line for serial, line in lines.items() if line.blank.kind is kind}
        free = free.set(kind, _regrouped(free.get(kind, ()), moving, state))
    before = (ledger.entries[serial].application_id for serial in lines if serial in ledger.entries)
    for owner in {each for each in before if each is not None}:
        kept = tuple(each for each in held.get(owner, ()) if each not in lines)
        held = held.set(owner, kept) if kept else held.delete(owner)
    if application_id is not None:
        held = held.set(application_id, (*held.get(application_id, ()), *lines))
    return replace(ledger, entries=ledger.entries.update(lines), free=free, held=held)


def _regrouped(free: tuple[Entry, ...], moving: Mapping[str, Entry], state: BlankState) -> tuple[Entry, ...]:
    """The free lines of a kind, by serial, after these have moved to `state`."""
    if state is BlankState.FREE and len(moving) > _FEW:
        return tuple(sorted((*free, *moving.values()), key=_serial))
    for serial, line in moving.items():
        place = bisect_left(free, serial, key=_serial)
        there = place < len(free) and free[place].blank.serial == serial
        now = (line,) if state is BlankState.FREE else ()
        free = (*free[:place], *now, *free[place + there :])
    return free


def _serial(line: Entry) -> str:
    return line.blank.serial


def _into_queue(ledger: Ledger, waiting: Waiting) -> Ledger:
    claims = ledger.claims
    for kind in waiting.kinds:
        claims = claims.set(kind, claims.get(kind, 0) + 1)
    return replace(ledger, places=ledger.places.set(waiting.application_id, waiting), claims=claims)


def _out_of_queue(ledger: Ledger, application_id: UUID) -> Ledger:
    waiting = ledger.places.get(application_id)
    if waiting is None:
        return ledger
    claims = ledger.claims
    for kind in waiting.kinds:
        claims = claims.set(kind, claims[kind] - 1)
    return replace(ledger, places=ledger.places.delete(application_id), claims=claims)
