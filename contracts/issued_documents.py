"""Published on `university.documents.v1` and `esuvo.documents.v1`: what was issued, so that the portal's page can check it.

Keyed by the verification code of the paper.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import Field

from contracts.common import ApplicationId
from contracts.event import Catalogue, Event, JsonObject, Text
from contracts.kinds import Moment, form, line

UNIVERSITY_TOPIC: Final = "university.documents.v1"
ESUVO_TOPIC: Final = "esuvo.documents.v1"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O and U, which are misread
_LETTERS: Final = 20  # a hundred bits
_GROUP: Final = 4
# Four groups: codes of version 1, which could be worked out from public facts.
_PATTERN: Final = r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3,4}$"
_OLD_LENGTH: Final = 19

VerificationCode = Annotated[
    str,
    form(_PATTERN, 24),
    Field(description="code printed on the paper, by which the portal's page finds it"),
]


class PaperKind(StrEnum):
    """The papers of both public services (domain A.11)."""

    GRANT_RECEIPT = "grant_receipt"
    PARTICIPATION_CERTIFICATE = "participation_certificate"
    SUMMARY_SHEET = "summary_sheet"
    PROTOCOL = "protocol"
    AWARD_ORDER = "award_order"
    AWARD_CERTIFICATE = "award_certificate"
    SCHOLARSHIP_ORDER = "scholarship_order"
    REFERENCE_NOTE = "reference_note"
    READINESS_NOTICE = "readiness_notice"


# The topic of each kind of paper is that of its issuer.
KINDS: Final = {
    UNIVERSITY_TOPIC: frozenset(
        {
            PaperKind.GRANT_RECEIPT,
            PaperKind.PARTICIPATION_CERTIFICATE,
            PaperKind.SCHOLARSHIP_ORDER,
            PaperKind.REFERENCE_NOTE,
            PaperKind.READINESS_NOTICE,
        }
    ),
    ESUVO_TOPIC: frozenset(
        {
            PaperKind.SUMMARY_SHEET,
            PaperKind.PROTOCOL,
            PaperKind.AWARD_ORDER,
            PaperKind.AWARD_CERTIFICATE,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Codes:
    """Verification codes of one issuer. Without its secret nobody can work them out from names, numbers or other codes.

    Without a given secret it has a random one, which is not kept.
    """

    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def of(self, kind: PaperKind, number: str, *parts: object) -> VerificationCode:
        """Five groups of four characters; the same paper always has the same code, and different ones have different codes."""
        named = "\x1f".join(map(str, (kind, number, *parts))).encode()
        left = int.from_bytes(hmac.digest(self.secret, b"egov-document\x1f" + named, "sha256"), "big")
        letters = "".join(_ALPHABET[left >> 5 * place & 31] for place in range(_LETTERS))
        return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def is_code(text: str) -> bool:
    """Whether `text` has the form of a code, as it is printed."""
    return re.fullmatch(_PATTERN, text) is not None


def is_old(code: str) -> bool:
    """Whether it is a code of four groups, which could be guessed."""
    return len(code) <= _OLD_LENGTH


class DocumentIssued(Event):
    """A paper with this verification code was issued; whoever holds it can compare it with these particulars."""

    subject_field: ClassVar[str | None] = "code"
    name: ClassVar[str] = "kz.egov.document-issued"
    version: ClassVar[int] = 2
    title: ClassVar[Text] = Text(kk="Құжат берілді", ru="Документ выдан", en="Document issued")

    code: VerificationCode
    kind: PaperKind = Field(description="kind of paper")
    number: Annotated[str, line(60)] = Field(description="number printed on the paper")
    issuer: Text = Field(description="who issued it")
    holder: Annotated[str, line(120)] | None = Field(
        default=None, description="surname and initials of the holder; none for a paper about many people"
    )
    masked_iin: Annotated[str, form(r"^[0-9*]{12}$", 12)] | None = Field(
        default=None, description="IIN of the holder, the digits in the middle hidden"
    )
    about: Text = Field(description="what it states, in a sentence")
    application_id: ApplicationId | None = Field(default=None, description="the application that it belongs to")
    replaces: VerificationCode | None = Field(
        default=None, description="verification code of the paper that this one replaces (EDGE-33)"
    )
    issued_at: Moment = Field(description="virtual time of issue")


def _issued_v1(data: JsonObject) -> JsonObject:
    """Codes of v1 had four groups and followed from kind, number and application."""
    return data


CATALOGUE: Final = Catalogue([DocumentIssued], {(DocumentIssued.name, 1): _issued_v1})
