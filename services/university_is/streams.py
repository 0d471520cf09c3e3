"""The names of the streams."""

from typing import Final
from uuid import UUID

from contracts.common import DuplicateRequest
from services._chassis import ids

CASE: Final = "case"
BLANKS: Final = "blanks"
GRADUATE: Final = "graduate"
ERRAND: Final = "errand"
DOCUMENT: Final = "document"
COUNTER: Final = "counter"
PAPER: Final = "paper"
GRANT: Final = "grant"


def case(application_id: UUID | str) -> str:
    return f"{CASE}:{application_id}"


def blanks(university: str) -> str:
    return f"{BLANKS}:{university}"


def errand(application_id: UUID | str) -> str:
    return f"{ERRAND}:{application_id}"


def document(request: DuplicateRequest) -> str:
    """The document of education that a request is about (EDGE-11, EDGE-24)."""
    parts = (request.applicant.iin, request.university, request.specialty, request.document_kind)
    return f"{DOCUMENT}:{ids.fingerprint(*parts)}"


def counter(application_id: UUID | str) -> str:
    return f"{COUNTER}:{application_id}"


def grant(application_id: UUID | str) -> str:
    return f"{GRANT}:{application_id}"


def paper(kind: str, number: str, of: UUID | str) -> str:
    """A document that was given out: of its kind and number, the one `of` an application or a university.

    Not by its code, which follows from a secret and is in no log.
    """
    return f"{PAPER}:{ids.fingerprint(kind, number, str(of))}"


def graduate(university: str, iin: str) -> str:
    return f"{GRADUATE}:{university}-{iin}"
