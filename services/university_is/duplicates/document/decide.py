"""One document of education: which application is open for it (EDGE-11), how many duplicates it has had (EDGE-24).

Applications of different channels have no order between them. So an application claims the document a moment after its
case was opened, claims of one instant are decided in the order of the applications' ids, and a claim that was given up
at the very instant of another one still stands against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final, TypeAlias, assert_never, get_args
from uuid import UUID

from immutables import Map
from pydantic import AwareDatetime

from contracts.common import Reason
from contracts.event import Catalogue, Event
from services._chassis.decider import Decider, Ignored

CLAIMED_AFTER: Final = timedelta(seconds=5)


class DocumentTaken(Event):
    """The application is the open one for this document and reason."""

    name: ClassVar[str] = "document-taken"

    application_id: UUID
    number: str
    reason: Reason
    at: AwareDatetime


class DocumentDenied(Event):
    """Another application is open for this document and reason: `first` is its number."""

    name: ClassVar[str] = "document-denied"

    application_id: UUID
    first: str
    at: AwareDatetime


class DocumentFreed(Event):
    name: ClassVar[str] = "document-freed"

    application_id: UUID
    reason: Reason
    at: AwareDatetime


class DuplicateCounted(Event):
    """`number` counts the duplicates of this document from 1."""

    name: ClassVar[str] = "duplicate-counted"

    application_id: UUID
    number: int
    at: AwareDatetime


DocumentEvent: TypeAlias = DocumentTaken | DocumentDenied | DocumentFreed | DuplicateCounted


@dataclass(frozen=True, slots=True)
class Take:
    application_id: UUID
    number: str
    reason: Reason
    at: datetime


@dataclass(frozen=True, slots=True)
class Free:
    application_id: UUID
    reason: Reason
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """A duplicate has been issued."""

    application_id: UUID
    at: datetime


Command: TypeAlias = Take | Free | Count


@dataclass(frozen=True, slots=True)
class Holder:
    application_id: UUID
    number: str
    freed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Per reason the application that is open, or was the last to be (EDGE-11 speaks of document and reason)."""

    holders: Map[Reason, Holder] = field(default_factory=Map)
    issued: tuple[UUID, ...] = ()

    def holder(self, reason: Reason) -> Holder | None:
        """The application that is open for this reason."""
        found = self.holders.get(reason)
        return found if found and found.freed is None else None


def decide(command: Command, document: Document) -> Sequence[DocumentEvent]:
    who, at = command.application_id, command.at
    match command:
        case Take(number=number, reason=reason):
            last = document.holders.get(reason)
            if last is None or (last.freed and last.freed < at):
                return [DocumentTaken(application_id=who, number=number, reason=reason, at=at)]
            denied = DocumentDenied(application_id=who, first=last.number, at=at)
            return Ignored("already-taken") if last.application_id == who else [denied]
        case Free(reason=reason):
            holder = document.holder(reason)
            held = holder is not None and holder.application_id == who
            return [DocumentFreed(application_id=who, reason=reason, at=at)] if held else Ignored("not-taken")
        case Count():
            number_of_issue = len(document.issued) + 1
            known = who in document.issued
            return (
                Ignored("already-counted")
                if known
                else [DuplicateCounted(application_id=who, number=number_of_issue, at=at)]
            )
        case _:
            assert_never(command)


def evolve(document: Document, event: DocumentEvent) -> Document:
    match event:
        case DocumentTaken(reason=reason):
            holder = Holder(event.application_id, event.number)
            return replace(document, holders=document.holders.set(reason, holder))
        case DocumentFreed(reason=reason):
            freed = replace(document.holders[reason], freed=event.at)
            return replace(document, holders=document.holders.set(reason, freed))
        case DuplicateCounted():
            return replace(document, issued=(*document.issued, event.application_id))
        case DocumentDenied():
            return document
        case _:
            assert_never(event)


DOCUMENT: Final = Decider[Document, Command, DocumentEvent](Document(), decide, evolve)
EVENTS: Final = Catalogue(get_args(DocumentEvent))
