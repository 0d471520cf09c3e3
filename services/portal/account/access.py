"""What the portal's routes share: who is signed in, what they signed, and how a decision is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from cryptography import x509
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.common import Applicant
from contracts.event import Event, Text
from contracts.forms import MOST_CHARACTERS
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.problems import PROBLEM
from services._chassis.running import Running, running
from services._eds.authority import Authority
from services._eds.signature import EdsNotConfirmed, Signed, Signer, Use, require_standing, verify
from services._eds.signed import is_named
from services.portal import texts
from services.portal.account import ocsp, session
from services.portal.forms.evidence import Evidence
from services.portal.papers.copies.scanner import Scanners
from services.portal.settings import Settings

_BEARER: Final = HTTPBearer(auto_error=False)
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {  # Any: FastAPI's own type
    status: {"description": why, "content": {PROBLEM: {}}}
    for status, why in (
        (401, "not signed in"),
        (404, "nothing of yours is there"),
        (409, "the application's state forbids it"),
        (413, "the body is over the limit"),
        (422, "the body, the file or the signature breaks a rule; `violations` names field, rule and remedy"),
        (503, "a part that is needed does not answer; nothing was changed"),
    )
}


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignedBody(Body):
    """What a person signed with EDS."""

    signed: str = Field(
        max_length=MOST_CHARACTERS, description="compact JWS (RFC 7515), RS256 or ES256, certificate in x5c"
    )


class HistoryEntry(Body):
    at: AwareDatetime = Field(description="virtual time")
    what: str
    title: Text


async def _found(request: Request) -> Running:
    return running(request)


Parts = Annotated[Running, Depends(_found)]


class Portal:
    """What the routes share: settings, the authority that EDS is judged by, and who looks into files."""

    def __init__(self, settings: Settings, scanners: Scanners) -> None:
        self.scanners = scanners
        self.secret = settings.session_secret.get_secret_value()
        self.authority = Authority(settings.trust_anchor, settings.revocation_list)
        anchor = self.authority.trust.certificate
        self.responder = ocsp.Responder(settings.ocsp_url, anchor) if settings.ocsp_url else None

    async def confirmed(self, signed: str, at: datetime) -> Signed:
        try:
            found = verify(signed, self.authority.trust, at, Use.SIGN)
        except EdsNotConfirmed as fault:
            raise _not_confirmed(fault) from fault
        await self._require_standing(found.certificate, at)
        return found

    def _opened(self, signed: str, at: datetime) -> session.Session:
        try:
            return session.open_session(
                signed, trust=self.authority.trust, secret=self.secret, at=at, now=datetime.now(UTC)
            )
        except EdsNotConfirmed as fault:
            raise _not_confirmed(fault) from fault
        except session.NotSignedIn as fault:
            raise Problem(422, fault.code, fault.detail, [Violation("/signed", fault.detail, fault.remedy)]) from fault

    async def session(self, signed: str, at: datetime) -> session.Session:
        opened = self._opened(signed, at)
        await self._require_standing(opened.certificate, at)
        return opened

    async def _require_standing(self, certificate: str, at: datetime) -> None:
        """By the authority's responder, where one is named: what it cannot say now is asked again later (EDGE-04)."""
        if self.responder is None:
            return
        try:
            since = await self.responder.revoked_since(x509.load_pem_x509_certificate(certificate.encode()))
            require_standing(since, at)
        except EdsNotConfirmed as fault:
            raise _not_confirmed(fault) from fault
        except ocsp.StatusUnknown as reason:
            rule = "a signature counts once the authority says that its certificate stands (EDGE-04)"
            remedy = "send the same again later: nothing was changed, and the signature is not refused"
            raise Problem(503, "eds.status-unknown", str(reason), [Violation("/signed", rule, remedy)]) from reason

    def person(self, credentials: HTTPAuthorizationCredentials | None, at: datetime) -> str:
        try:
            token = credentials.credentials if credentials else ""
            bearer = session.authenticate(token, secret=self.secret, now=datetime.now(UTC))
            bearer.require_standing(self.authority.trust, at)
        except session.NotSignedIn as fault:
            violation = Violation("/header/authorization", fault.detail, fault.remedy)
            raise Problem(401, fault.code, fault.detail, [violation]) from fault
        return bearer.iin

    # Coroutines, as FastAPI sends a plain function to another thread, which takes longer than they do.
    async def signed_in(
        self, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)], chassis: Parts
    ) -> str:
        """A dependency: the IIN of who is signed in, as long as the certificate that opened the session stands."""
        return self.person(credentials, chassis.clock.now())


def _not_confirmed(fault: EdsNotConfirmed) -> Problem:
    return Problem(422, fault.code, fault.detail, [Violation("/signed", fault.detail, fault.remedy)])


def evidence(signed: Signed, at: datetime, nonce: str) -> Evidence:
    return Evidence(
        certificate_serial=signed.signer.certificate_serial,
        digest=signed.digest,
        signed_at=at,
        jws=signed.jws,
        nonce=nonce,
    )


def same_person(field: str, expected: str, found: str) -> None:
    """Refuse where one person signs for another (EDGE-05)."""
    if expected != found:
        rule = "the IIN of the certificate, of the form and of the session are one person's (EDGE-05)"
        remedy = "sign in and sign the form with the certificates of the person who applies"
        raise Problem(422, "eds.iin-differs", rule, [Violation(field, rule, remedy)])


def same_applicant(iin: str, signer: Signer, applicant: Applicant) -> None:
    """Whoever is signed in has signed a form about nobody else, under the name of the certificate."""
    same_person("/signed", iin, signer.iin)
    same_person("/signed/payload/applicant/iin", iin, applicant.iin)
    _same_name(signer, applicant)


def _same_name(signer: Signer, applicant: Applicant) -> None:
    """Refuse a name that the person's certificate does not have: papers are printed in it."""
    if not is_named(signer, applicant):
        rule = "the name on the form is the one of the certificate that signs it"
        remedy = "write surname, name and patronymic as the certificate has them; after a change of name get a new certificate"
        raise Problem(422, "eds.name-differs", rule, [Violation("/signed/payload/applicant", rule, remedy)])


def in_words(history: Sequence[tuple[datetime, Event]]) -> tuple[HistoryEntry, ...]:
    """All that happened to an application, for its applicant."""
    return tuple(HistoryEntry(at=at, what=event.name, title=texts.of(event)) for at, event in history)
