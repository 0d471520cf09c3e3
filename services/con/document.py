"""One open application per document at a time (EDGE-11)."""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from contracts.event import Catalogue, Event
from services._chassis.decider import Ignored, Refused


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
    """That application has ended: the next one for the document may come, a second duplicate too (EDGE-24)."""

    name: ClassVar[str] = "document-freed"

    application_id: UUID


EVENTS: Final = Catalogue([Taken, Freed])


def evolve(_holder: UUID | None, event: Event) -> UUID | None:
    return event.application_id if isinstance(event, Taken) else None


def take(application_id: UUID, holder: UUID | None) -> Sequence[Event]:
    """`holder` is the open application of this document, if there is one. Raises AlreadyOpen."""
    require_free(application_id, holder)
    return Ignored("already-taken") if holder else [Taken(application_id=application_id)]


def require_free(application_id: UUID, holder: UUID | None) -> Sequence[Event]:
    """Changes nothing. Raises AlreadyOpen."""
    if holder is not None and holder != application_id:
        raise AlreadyOpen(holder)
    return Ignored("document-free")


def free(application_id: UUID, holder: UUID | None) -> Sequence[Event]:
    """The application has ended. Nothing when it does not hold the document."""
    return [Freed(application_id=application_id)] if holder == application_id else Ignored("held-by-another")
