"""One open application at a time: who holds what only one may hold."""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from contracts.event import Catalogue, Event
from services._chassis.decider import Ignored, Refused


class AlreadyOpen(Refused):
    """The same person already asks for the same: this document for this reason, or a grant of this year (EDGE-11)."""

    def __init__(self, application_id: UUID) -> None:
        super().__init__("application.already-open", "for the same thing one application is open at a time")
        self.application_id = application_id


class Taken(Event):
    """`document:<fingerprint>` has an open application."""

    name: ClassVar[str] = "document-taken"

    application_id: UUID


class Freed(Event):
    name: ClassVar[str] = "document-freed"


class Entered(Taken):
    """`contest:<year>-<person>`: the person takes part in that year's competition with this application."""

    name: ClassVar[str] = "contest-entered"


class Left(Freed):
    """The application was refused before the competition; the person may file another."""

    name: ClassVar[str] = "contest-left"


DOCUMENT_EVENTS: Final = Catalogue([Taken, Freed])
CONTEST_EVENTS: Final = Catalogue([Entered, Left])


def take(application_id: UUID, holder: UUID | None, kind: type[Taken] = Taken) -> Sequence[Event]:
    """`holder` is the open application of the same, if there is one. Raises AlreadyOpen."""
    if holder is not None and holder != application_id:
        raise AlreadyOpen(holder)
    return Ignored("already-taken") if holder else [kind(application_id=application_id)]


def free(application_id: UUID, holder: UUID | None, kind: type[Freed] = Freed) -> Sequence[Event]:
    """The application has ended. What another one has taken since stays taken."""
    return [kind()] if holder == application_id else Ignored("held-by-another")


def holds(_holder: UUID | None, event: Taken | Freed) -> UUID | None:
    return event.application_id if isinstance(event, Taken) else None
