"""The forms that an applicant signs with EDS, for the portal and for all who check the signature after it.

A form is signed as JSON in a compact JWS (docs/adr/0010) and is read strictly: no field that it does not have.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.common import (
    Applicant,
    ApplicationId,
    Digest,
    DocumentKind,
    GraduationYear,
    NameChangeCertificate,
    Reason,
    SpecialtyCode,
    UniversityCode,
)
from contracts.grants import MOST_ATTACHMENTS, AttachmentKind, GrantRequest
from contracts.kinds import Moment
from contracts.kinds import form as kind

AUDIENCE: Final = "urn:egov-chain:portal"
MOST_CHARACTERS: Final = 16_000  # of a signed form: the form, the signature and up to three certificates

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Nonce = Annotated[
    str,
    kind(r"^[A-Za-z0-9_-]{16,64}$", 64),
    Field(description="16 to 64 letters, digits, - or _ that the person uses for this form only"),
]

SignedForm = Annotated[str, kind(r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", MOST_CHARACTERS)]
SIGNED: Final = (
    "the form as it was signed, with the signature: a compact JWS (RFC 7515), the certificate in x5c; "
    "always sent, although the schema does not require it: where signatures are checked, a message without it is set aside"
)


class Form(BaseModel):
    """A form to sign. It states its audience and its moment, and is accepted once (docs/adr/0030)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: Literal["urn:egov-chain:portal"] = Field(description="whom the form is for")
    moment: Moment = Field(description="virtual time at which it is signed, not older than a day")
    nonce: Nonce


class ApplicationForm(Form):
    """The payload to sign for POST /applications (DUP-PORTAL-2)."""

    form: Literal["duplicate-application/2"]
    applicant: Applicant
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason
    name_change_certificate: NameChangeCertificate | None = Field(
        default=None, description="proof of the change of name; with the reason name_change only"
    )


class CorrectionForm(Form):
    """The payload to sign for POST /applications/{id}/correction."""

    form: Literal["duplicate-correction/2"]
    application_id: ApplicationId
    specialty: SpecialtyCode
    graduation_year: GraduationYear


class WithdrawalForm(Form):
    """The payload to sign for POST /applications/{id}/withdrawal (EDGE-21)."""

    form: Literal["duplicate-withdrawal/1"]
    application_id: ApplicationId


class AttachedCopy(BaseModel):
    """A file that the applicant uploaded before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: AttachmentKind = Field(description="what the copy shows")
    digest: Digest


class GrantApplicationForm(Form, GrantRequest):
    """The payload to sign for POST /grant-applications (GRANT-PORTAL-3)."""

    form: Literal["grant-application/2"]
    attachments: tuple[AttachedCopy, ...] = Field(max_length=MOST_ATTACHMENTS)

    @property
    def request(self) -> GrantRequest:
        """The part of the form that other services receive."""
        return GrantRequest.model_validate({name: getattr(self, name) for name in GrantRequest.model_fields})


def application_id(moment: datetime, digest: str) -> UUID:
    """The id of the application, which follows from the signed bytes: the same form always files the same application.

    UUID version 8 (RFC 9562, 5.8): 48 bits with the form's moment in milliseconds, then the first ten bytes of `digest`, the
    SHA-256 over the signed bytes in hexadecimal, where version and variant take the places that are theirs.
    """
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1) & 0xFFFF_FFFF_FFFF
    found = bytearray(milliseconds.to_bytes(6, "big") + bytes.fromhex(digest)[:10])
    found[6] = 0x80 | (found[6] & 0x0F)
    found[8] = 0x80 | (found[8] & 0x3F)
    return UUID(bytes=bytes(found))
