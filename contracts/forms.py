"""The forms that an applicant signs with EDS: the words that the signature binds, for whoever checks it after the portal.

A form is signed as JSON in a compact JWS (docs/adr/0010) and is read strictly: no field that it does not have.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.common import (
    Applicant,
    ApplicationId,
    DocumentKind,
    GraduationYear,
    Reason,
    SpecialtyCode,
    UniversityCode,
)
from contracts.grants import AttachmentKind, Digest, GrantRequest

MOST_ATTACHMENTS: Final = 20


class Form(BaseModel):
    """A document to sign."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApplicationForm(Form):
    """The payload to sign for POST /applications (DUP-PORTAL-2)."""

    form: Literal["duplicate-application/1"]
    applicant: Applicant
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason


class CorrectionForm(Form):
    """The payload to sign for POST /applications/{id}/correction."""

    form: Literal["duplicate-correction/1"]
    application_id: ApplicationId
    specialty: SpecialtyCode
    graduation_year: GraduationYear


class AttachedCopy(Form):
    """A file that the applicant uploaded before."""

    kind: AttachmentKind = Field(description="what the copy shows")
    digest: Digest


class GrantApplicationForm(GrantRequest):
    """The payload to sign for POST /grant-applications (GRANT-PORTAL-3)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal["grant-application/1"]
    attachments: tuple[AttachedCopy, ...] = Field(max_length=MOST_ATTACHMENTS)

    @property
    def request(self) -> GrantRequest:
        """What others are told of it."""
        return GrantRequest.model_validate({name: getattr(self, name) for name in GrantRequest.model_fields})
