"""The serial-numbered ledger of one university's blank forms, and the queue of the cases that wait for them.

A serial is received, then free, then reserved for a case, then used; or free again, or written off. What contends for
the last blank is ordered by waiting time and application id, and only blanks that came before the moment of the
decision count, so that arrival within one virtual instant decides nothing (EDGE-14).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, assert_never

from contracts.common import Blank, BlankKind
from services._chassis.decider import Decider, Ignored, Refused
from services.university_is.duplicates.ledger.commands import (
    Allocate,
    Command,
    NoteAsked,
    Receive,
    Release,
    Reserve,
    Spoil,
    Use,
    WriteOff,
)
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
from services.university_is.duplicates.ledger.state import BlankState, Ledger, Waiting, evolve


def decide(command: Command, ledger: Ledger) -> Sequence[LedgerEvent]:  # noqa: PLR0911 - one arm per command
    match command:
        case Receive():
            return _receive(command, ledger)
        case Reserve():
            return _reserve(command, ledger)
        case NoteAsked():
            waiting = ledger.waiting(command.application_id)
            asked = CaseAsked(application_id=command.application_id, at=command.at)
            if waiting is None:
                return Ignored("not-in-the-queue")
            return Ignored("already-asked") if waiting.asked else [asked]
        case Allocate():
            return _allocate(command, ledger)
        case Release():
            return _release(command, ledger)
        case Use():
            blanks = ledger.of(command.application_id, BlankState.RESERVED)
            used = BlanksUsed(application_id=command.application_id, blanks=blanks, at=command.at)
            return [used] if blanks else Ignored("nothing-reserved")
        case Spoil():
            return _spoil(command, ledger)
        case WriteOff():
            return _write_off(command, ledger)
        case _:
            assert_never(command)


def _receive(command: Receive, ledger: Ledger) -> Sequence[LedgerEvent]:
    new = {each.serial: each for each in command.blanks if each.serial not in ledger.entries}
    for each in command.blanks:
        known = ledger.entries[each.serial].blank if each.serial in ledger.entries else new[each.serial]
        if known != each:
            raise Refused(
                "blank.serial-taken",
                f"serial {each.serial} is that of a {known.kind} form already",
                field="/blanks",
                remedy="correct the serial or the kind; a serial number is given once",
            )
    return [BlanksReceived(blanks=tuple(new.values()), at=command.at)] if new else Ignored("already-received")


def _reserve(command: Reserve, ledger: Ledger) -> Sequence[LedgerEvent]:
    """Behind all who wait already: a case that stays short keeps its claim, or those behind it would starve it."""
    if ledger.waiting(command.application_id) or ledger.of(command.application_id, BlankState.RESERVED):
        return Ignored("already-served-or-waiting")
    return [_laid_aside(ledger, Waiting(command.application_id, command.kinds, command.at))]


def _laid_aside(ledger: Ledger, waiting: Waiting) -> LedgerEvent:
    who, at = waiting.application_id, waiting.since
    laid = {kind: _nth_free(ledger, kind, ledger.claims.get(kind, 0), at) for kind in waiting.kinds}
    share = _Share(waiting, laid)
    if not share.short:
        return share.allotted(at)
    return CaseQueued(application_id=who, kinds=waiting.kinds, short=share.short, at=at)


def _spoil(command: Spoil, ledger: Ledger) -> Sequence[LedgerEvent]:
    """What else the case holds stays reserved; for the spoilt it stands behind all who wait already."""
    held = ledger.of(command.application_id, BlankState.RESERVED)
    spoilt = tuple(each for each in held if each in command.blanks)
    if not spoilt:
        return Ignored("nothing-reserved")
    kinds = tuple(each.kind for each in spoilt)
    return [
        *(BlankWrittenOff(blank=each, at=command.at) for each in spoilt),
        _laid_aside(ledger, Waiting(command.application_id, kinds, command.at)),
    ]


def _allocate(command: Allocate, ledger: Ledger) -> Sequence[LedgerEvent]:
    shares = _shares(ledger, (each for each in ledger.queue if each.asked), command.at)
    allotted = [share.allotted(command.at) for share in shares if not share.short]
    return allotted or Ignored("nobody-to-serve")


def _release(command: Release, ledger: Ledger) -> Sequence[LedgerEvent]:
    """Both, when one of its blank forms was spoilt and it waits for another (EDGE-13)."""
    blanks = ledger.of(command.application_id, BlankState.RESERVED)
    released = BlanksReleased(application_id=command.application_id, blanks=blanks, at=command.at)
    left = CaseLeftQueue(application_id=command.application_id, at=command.at)
    events: list[LedgerEvent] = [
        *([left] if ledger.waiting(command.application_id) else []),
        *([released] if blanks else []),
    ]
    return events or Ignored("nothing-reserved")


def _write_off(command: WriteOff, ledger: Ledger) -> Sequence[LedgerEvent]:
    entry = ledger.entries.get(command.serial)
    if entry is None or entry.state in {BlankState.RESERVED, BlankState.USED}:
        state = entry.state if entry else "unknown"
        raise Refused(
            "blank.not-free",
            f"serial {command.serial} is {state}; only a free blank form is written off",
            field="/serial",
            remedy="GET /universities/{code}/blanks?serials=true lists the free ones",
        )
    free = entry.state is BlankState.FREE
    return [BlankWrittenOff(blank=entry.blank, at=command.at)] if free else Ignored("already-written-off")


@dataclass(frozen=True, slots=True)
class _Share:
    """What is laid aside for a case; nothing is taken while a kind is short."""

    waiting: Waiting
    laid: Mapping[BlankKind, Blank | None]

    @property
    def short(self) -> tuple[BlankKind, ...]:
        return tuple(kind for kind, blank in self.laid.items() if blank is None)

    def allotted(self, at: datetime) -> BlanksAllotted:
        blanks = tuple(blank for blank in self.laid.values() if blank)
        return BlanksAllotted(application_id=self.waiting.application_id, blanks=blanks, at=at)


def _shares(ledger: Ledger, waiting: Iterable[Waiting], at: datetime) -> list[_Share]:
    """Lowest serials first."""
    free = {kind: _free(ledger, kind, at) for kind in BlankKind}
    return [_Share(each, {kind: next(free[kind], None) for kind in each.kinds}) for each in waiting]


def _free(ledger: Ledger, kind: BlankKind, before: datetime) -> Iterator[Blank]:
    return (each.blank for each in ledger.free.get(kind, ()) if each.since < before)


def _nth_free(ledger: Ledger, kind: BlankKind, number: int, before: datetime) -> Blank | None:
    """The free blank form that is left when the `number` cases in front have taken theirs."""
    return next(islice(_free(ledger, kind, before), number, None), None)


LEDGER: Final = Decider[Ledger, Command, LedgerEvent](Ledger(), decide, evolve)
