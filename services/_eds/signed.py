"""The signed form that a message carries, checked by whoever hears it: nobody's word is taken for what a person signed.

A function of the message and of what the authority says. Everything holds, or the message is refused as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, NoReturn, TypeVar
from uuid import UUID

from contracts.common import Applicant, Channel, DuplicateRequest
from contracts.forms import (
    ApplicationForm,
    AttachedCopy,
    CorrectionForm,
    Form,
    GrantApplicationForm,
    WithdrawalForm,
    application_id,
)
from contracts.grants import Attachment, GrantRequest
from contracts.portal_applications import Signature
from services._chassis.decider import Refused
from services._eds import forms
from services._eds.authority import Authority
from services._eds.forms import NotAForm
from services._eds.signature import EdsNotConfirmed, Signed, Signer, Use, verify

F = TypeVar("F", bound=Form)
FIELD: Final = "/data/signed"
_LONG_NAME: Final = 60  # bytes from which it may have been


class Unsigned(StrEnum):
    """What becomes of a message without the signed form that it owes; accepted is for neighbours that cannot sign yet."""

    REFUSED = "refused"
    ACCEPTED = "accepted"


@dataclass(frozen=True)  # no slots: Python 3.11 cannot write Name[type](...) with both
class Confirmed(Generic[F]):
    """What a person signed, and with what."""

    form: F
    signed: Signed

    @property
    def iin(self) -> str:
        return self.signed.signer.iin


class SignedForms:
    """Judges by an authority; `UNCHECKED` takes every message at its word."""

    def __init__(self, authority: Authority | None, unsigned: Unsigned) -> None:
        self._authority = authority
        self._unsigned = unsigned

    def application(
        self,
        signed: str | None,
        told_id: UUID,
        request: DuplicateRequest,
        channel: Channel,
        at: datetime,
        now: datetime,
    ) -> Signed | None:
        """An application for a duplicate, filed at `at`. The number is the portal's own; all else is the applicant's."""
        found = self._confirmed(ApplicationForm, signed, at, now)
        if found is None:
            return None
        if channel is not Channel.PORTAL:
            _refuse("signed.differs", f"channel: what is signed with EDS is handed in over {Channel.PORTAL}")
        _files(found, found.form.applicant, told_id)
        _agree(found.form, {name: getattr(request, name) for name in DuplicateRequest.model_fields if name != "number"})
        return found.signed

    def grant(
        self,
        signed: str | None,
        told_id: UUID,
        request: GrantRequest,
        attachments: tuple[Attachment, ...],
        at: datetime,
        now: datetime,
    ) -> Signed | None:
        """An application for a grant, filed at `at`. What a copy's type and size are follows from its content."""
        found = self._confirmed(GrantApplicationForm, signed, at, now)
        if found is None:
            return None
        _files(found, found.form.applicant, told_id)
        copies = tuple(AttachedCopy(kind=each.kind, digest=each.digest) for each in attachments)
        stated = {name: getattr(request, name) for name in GrantRequest.model_fields}
        _agree(found.form, {**stated, "attachments": copies})
        return found.signed

    def correction(
        self, signed: str | None, told_id: UUID, specialty: str, graduation_year: int, at: datetime, now: datetime
    ) -> Signed | None:
        """A correction made at `at`. Whether its signer is the applicant says the application itself."""
        found = self._confirmed(CorrectionForm, signed, at, now)
        if found is None:
            return None
        stated = {"application_id": told_id, "specialty": specialty, "graduation_year": graduation_year}
        _agree(found.form, stated)
        return found.signed

    def withdrawal(self, signed: str | None, told_id: UUID, at: datetime, now: datetime) -> Signed | None:
        """A wish to withdraw, stated at `at`; as for a correction."""
        found = self._confirmed(WithdrawalForm, signed, at, now)
        if found is None:
            return None
        _agree(found.form, {"application_id": told_id})
        return found.signed

    def _confirmed(self, model: type[F], signed: str | None, at: datetime, now: datetime) -> Confirmed[F] | None:
        """The form and its signature, as they were at `at`; None where there is none to check."""
        if signed is None:
            if self._unsigned is Unsigned.ACCEPTED:
                return None
            _refuse("signed.missing", "a message that says what a person signed carries the signed form")
        if self._authority is None:
            return None
        if at > now:
            _refuse("signed.of-the-future", f"it is said to be filed at {at.isoformat()}, which is yet to come")
        try:
            found = verify(signed, self._authority.trust, at, Use.SIGN)
            form = forms.read(model, found.payload)
        except EdsNotConfirmed as fault:
            raise Refused(fault.code, fault.detail, field=FIELD, remedy=fault.remedy) from fault
        except NotAForm as fault:
            first = fault.violations[0]
            raise Refused(
                "form.invalid", f"{first.field or 'the form'}: {first.rule}", field=FIELD, remedy=first.remedy
            ) from fault
        code = forms.untimely(form, at)
        if code:
            _refuse(code, f"the form is of {form.moment.isoformat()} and is said to be filed at {at.isoformat()}")
        return Confirmed(form, found)


UNCHECKED: Final = SignedForms(None, Unsigned.ACCEPTED)


def require_evidence(signed: Signed | None, told: Signature) -> None:
    """What a message says of its signature is what the signature is."""
    if signed and (signed.signer.certificate_serial, signed.digest) != (told.certificate_serial, told.digest):
        _refuse("signed.differs", "signature: the certificate or the digest is not that of the signed form")


def require_signer(iin: str | None, applicant: str) -> None:
    """Who signs is who applied. None: nothing was signed, and none is owed."""
    if iin is not None and iin != applicant:
        _refuse("eds.iin-differs", "the IIN of the certificate is not the applicant's (EDGE-05)")


def is_named(signer: Signer, applicant: Applicant) -> bool:
    """Whether the certificate names the applicant as the form does: what an applicant types is no name of theirs. An
    authority writes in either case, and shortens a common name to 64 bytes (RFC 5280, ub-common-name).
    """
    surname, name = signer.surname.casefold(), signer.name.casefold()
    stated = applicant.name.casefold()
    shortened = len(f"{surname} {name}".encode()) >= _LONG_NAME and (
        stated.startswith(name) or surname.startswith(name)
    )
    return (
        surname == applicant.surname.casefold()
        and (name == stated or shortened)
        and (signer.patronymic or "").casefold() == (applicant.patronymic or "").casefold()
    )


def _files(found: Confirmed[F], applicant: Applicant, told_id: UUID) -> None:
    """The applicant signed for themselves, in their own name, and the form files this application and no other."""
    require_signer(found.iin, applicant.iin)
    if not is_named(found.signed.signer, applicant):
        _refuse("eds.name-differs", "the name on the form is not the one of the certificate")
    if application_id(found.form.moment, found.signed.digest) != told_id:
        _refuse("signed.of-another", "application_id: the signed form files an application of another id")


def _agree(form: Form, told: Mapping[str, object]) -> None:
    for name, value in told.items():
        if value != getattr(form, name):
            _refuse("signed.differs", f"{name}: the message says something else than the person signed")


def _refuse(code: str, detail: str) -> NoReturn:
    raise Refused(code, detail, field=FIELD, remedy=_REMEDIES.get(code, _REMEDIES["signed.missing"]))


_REMEDIES: Final = {
    "signed.missing": "send the form as the person signed it; who cannot sign yet asks the receiver to set UNSIGNED to accepted",
    "signed.differs": "tell word for word what the person signed, or let them sign what is told",
    "signed.of-another": "derive the application's id from the signed form, as contracts/README.md says",
    "signed.of-the-future": "send what was filed once it is filed, by the virtual clock",
    "form.too-old": "tell when the form was filed: within a day of its moment",
    "form.of-the-future": "tell when the form was filed: not before its moment",
    "eds.name-differs": "send the form in the name that the signer's certificate has",
    "eds.iin-differs": "send the form that the applicant signed with their own certificate",
}
