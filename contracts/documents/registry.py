"""Published on `university.documents.v1` and `esuvo.documents.v1`: what was issued, so that the portal's page can check it.

Keyed by the document's verification code.
"""

import re
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, ClassVar, Final

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.common import ApplicationId
from contracts.event import Catalogue, Event, Text

UNIVERSITY_TOPIC: Final = "university.documents.v1"
ESUVO_TOPIC: Final = "esuvo.documents.v1"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O and U, which are misread
_LENGTH: Final = 16
_PATTERN: Final = r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$"

VerificationCode = Annotated[
    str,
    StringConstraints(pattern=_PATTERN),
    Field(description="printed on the document; the portal's page finds it by this"),
]


class DocumentKind(StrEnum):
    """The documents of both services (domain A.11)."""

    GRANT_RECEIPT = "grant_receipt"
    PARTICIPATION_CERTIFICATE = "participation_certificate"
    SUMMARY_SHEET = "summary_sheet"
    PROTOCOL = "protocol"
    AWARD_ORDER = "award_order"
    AWARD_CERTIFICATE = "award_certificate"
    SCHOLARSHIP_ORDER = "scholarship_order"
    REFERENCE_NOTE = "reference_note"
    READINESS_NOTICE = "readiness_notice"


def verification_code(kind: DocumentKind, number: str, *parts: object) -> str:
    """Four groups of four; the same document has the same code whoever asks, and another one has another."""
    named = "\x1f".join(map(str, (kind, number, *parts))).encode()
    left = int.from_bytes(blake2b(named, digest_size=10, person=b"egov-document").digest(), "big")
    letters = "".join(_ALPHABET[left >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return "-".join(letters[at : at + 4] for at in range(0, _LENGTH, 4))


def is_code(text: str) -> bool:
    """Whether `text` has the form of a code, as it is printed."""
    return re.fullmatch(_PATTERN, text) is not None


class DocumentIssued(Event):
    """A document with this code exists; whoever holds the paper compares it with these words."""

    name: ClassVar[str] = "kz.egov.document-issued"
    title: ClassVar[Text] = Text(kk="Құжат берілді", ru="Документ выдан", en="Document issued")

    code: VerificationCode
    kind: DocumentKind = Field(description="what it is")
    number: str = Field(min_length=1, max_length=60, description="number on the document")
    issuer: Text = Field(description="who issued it")
    holder: str | None = Field(
        default=None, max_length=120, description="whose it is: surname and initials; none for a document about many"
    )
    masked_iin: str | None = Field(
        default=None, pattern=r"^[0-9*]{12}$", description="the holder's IIN, the middle hidden"
    )
    about: Text = Field(description="what it says, in a sentence")
    application_id: ApplicationId | None = Field(default=None, description="the application that it belongs to")
    replaces: VerificationCode | None = Field(default=None, description="the document whose place it takes (EDGE-33)")
    issued_at: AwareDatetime = Field(description="virtual time of issue")


CATALOGUE: Final = Catalogue([DocumentIssued])
