"""What happens to the ledger of one university's blank forms."""

from typing import ClassVar, Final, TypeAlias, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Blank, BlankKind
from contracts.event import Catalogue, Event


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

EVENTS: Final = Catalogue(get_args(LedgerEvent))
