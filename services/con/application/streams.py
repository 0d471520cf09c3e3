"""The names of the streams."""

from typing import Final
from uuid import UUID

from services._chassis import ids
from services._chassis.aggregate import Aggregate
from services.con import document
from services.con.application.events import Particulars

APPLICATION: Final = "application"
DOCUMENTS: Final = Aggregate[UUID | None](
    category="document", initial=None, evolve=document.evolve, events=document.EVENTS
)


def application(application_id: UUID | str) -> str:
    return f"{APPLICATION}:{application_id}"


def document_of(asked: Particulars) -> str:
    """The stream of the document that an application is about: same person, same document, same reason (EDGE-11)."""
    parts = (asked.applicant.iin, asked.university, asked.specialty, asked.document_kind, asked.reason)
    return DOCUMENTS.stream(ids.fingerprint(*parts))
