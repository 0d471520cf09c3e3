"""The ledger of one university's blank forms as it stands, and what each of its events makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Blank, BlankKind
from contracts.event import Catalogue, Event


class BlankState(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    USED = "used"
    WRITTEN_OFF = "written-off"


class BlanksReceived(Event):
    name: ClassVar[str] = "blanks-received"

    blanks: tuple[Blank, ...]
    at: AwareDatetime


class BlanksAllotted(Event):
    """These blanks are reserved for the case."""

    name: ClassVar[str] = "blanks-allotted"

    application_id: UUID
    blanks: tuple[Blank, ...]
    at: AwareDatetime


class CaseQueued(Event):
    """The case waits for `kinds`; of these `short` are not to be had from the stock."""

    name: ClassVar[str] = "case-queued"

    application_id: UUID
    kinds: tuple[BlankKind, ...]
    short: tuple[BlankKind, ...]
    at: AwareDatetime


class CaseAsked(Event):
    """The Ministry has been asked for what the case is short of: it may be served from what comes in."""

    name: ClassVar[str] = "case-asked"

    application_id: UUID
    at: AwareDatetime


class CaseLeftQueue(Event):
    name: ClassVar[str] = "case-left-queue"

    application_id: UUID
    at: AwareDatetime


class BlanksReleased(Event):
    name: ClassVar[str] = "blanks-released"

    application_id: UUID
    blanks: tuple[Blank, ...]
    at: AwareDatetime


class BlanksUsed(Event):
    name: ClassVar[str] = "blanks-used"

    application_id: UUID
    blanks: tuple[Blank, ...]
    at: AwareDatetime


class BlankWrittenOff(Event):
    name: ClassVar[str] = "blank-written-off"

    blank: Blank
    at: AwareDatetime


LedgerEvent: TypeAlias = (
    BlanksReceived
    | BlanksAllotted
    | CaseQueued
    | CaseAsked
    | CaseLeftQueue
    | BlanksReleased
    | BlanksUsed
    | BlankWrittenOff
)


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
    """By serial: a serial stands in one line, and so is in one state."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    queue: tuple[Waiting, ...] = ()

    def waiting(self, application_id: UUID) -> Waiting | None:
        return next((each for each in self.queue if each.application_id == application_id), None)

    def of(self, application_id: UUID, state: BlankState) -> tuple[Blank, ...]:
        lines = (each for each in self.entries.values() if each.application_id == application_id)
        return tuple(each.blank for each in lines if each.state is state)

    @property
    def has_free(self) -> bool:
        return any(each.state is BlankState.FREE for each in self.entries.values())


def evolve(ledger: Ledger, event: LedgerEvent) -> Ledger:  # noqa: PLR0911 - one arm per event
    match event:
        case BlanksReceived() | BlanksReleased():
            return _moved(ledger, event.blanks, BlankState.FREE, event.at)
        case BlanksAllotted():
            moved = _moved(ledger, event.blanks, BlankState.RESERVED, event.at, event.application_id)
            return _out_of_queue(moved, event.application_id)
        case CaseQueued():
            return Ledger(ledger.entries, (*ledger.queue, Waiting(event.application_id, event.kinds, event.at)))
        case CaseAsked():
            queue = (replace(x, asked=True) if x.application_id == event.application_id else x for x in ledger.queue)
            return Ledger(ledger.entries, tuple(queue))
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
    return Ledger({**ledger.entries, **lines}, ledger.queue)


def _out_of_queue(ledger: Ledger, application_id: UUID) -> Ledger:
    return Ledger(ledger.entries, tuple(each for each in ledger.queue if each.application_id != application_id))


EVENTS: Final = Catalogue(get_args(LedgerEvent))
