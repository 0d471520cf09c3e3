"""One open application at a time: who holds what only one may hold."""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from contracts.event import Catalogue, Event
from services._chassis.decider import Refused


class AlreadyOpen(Refused):
    """The same person already asks for a duplicate of this document for this reason (EDGE-11)."""

    def __init__(self, application_id: UUID) -> None:
        super().__init__("application.already-open", "one document has one open application at a time")
        self.application_id = application_id


class Taken(Event):
    """`document:<fingerprint>` has an open application."""

    name: ClassVar[str] = "document-taken"

    application_id: UUID


class Freed(Event):
    name: ClassVar[str] = "document-freed"


DOCUMENT_EVENTS: Final = Catalogue([Taken, Freed])


def take(application_id: UUID, holder: UUID | None) -> Sequence[Event]:
    """`holder` is the open application of this document, if there is one. Raises AlreadyOpen."""
    if holder is not None and holder != application_id:
        raise AlreadyOpen(holder)
    return [] if holder else [Taken(application_id=application_id)]


def free(holder: UUID | None) -> Sequence[Event]:
    return [Freed()] if holder else []


def holds(_holder: UUID | None, event: Taken | Freed) -> UUID | None:
    return event.application_id if isinstance(event, Taken) else None
