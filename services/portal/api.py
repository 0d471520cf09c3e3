"""The portal's public HTTP: challenge, account, session, applications. Nobody sees another person's application."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from contracts.common import (
    Applicant,
    Correction,
    DocumentKind,
    DuplicateRequest,
    GraduationYear,
    Notice,
    Reason,
    Refusal,
    SpecialtyCode,
    UniversityCode,
)
from contracts.event import Event, Text
from services._chassis import http, ids
from services._chassis.errors import Violation, violations
from services._chassis.http import Problem
from services._chassis.run import Running, running
from services.portal import domain, session, texts
from services.portal.eds import EdsNotConfirmed, Signed, TrustAnchor, Use, verify
from services.portal.messaging import ACCOUNT, APPLICATION, CHALLENGE
from services.portal.settings import Settings

_PORTAL_ZONE: Final = ZoneInfo("Asia/Almaty")
_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {  # Any: FastAPI's own type
    status: {"description": why, "content": {http.PROBLEM: {}}}
    for status, why in (
        (401, "not signed in"),
        (404, "no such application of yours"),
        (409, "the application's state forbids it"),
        (413, "the body is over the limit"),
        (422, "the body or the signature breaks a rule; `violations` names field, rule and remedy"),
    )
}


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignedBody(Body):
    """What a person signed with EDS."""

    signed: str = Field(max_length=200_000, description="compact JWS (RFC 7515), RS256 or ES256, certificate in x5c")


class ApplicationForm(Body):
    """The payload to sign for POST /applications (DUP-PORTAL-2)."""

    form: Literal["duplicate-application/1"]
    applicant: Applicant
    university: UniversityCode
    specialty: SpecialtyCode
    graduation_year: GraduationYear
    document_kind: DocumentKind
    reason: Reason


class CorrectionForm(Body):
    """The payload to sign for POST /applications/{id}/correction."""

    form: Literal["duplicate-correction/1"]
    application_id: UUID
    specialty: SpecialtyCode
    graduation_year: GraduationYear


class Challenge(Body):
    challenge: str = Field(description="sign this text, as it stands, with the AUTH certificate")


class SessionOpened(Body):
    token: str = Field(description="send it as Authorization: Bearer")
    expires_at: AwareDatetime = Field(description="wall clock")


class HistoryEntry(Body):
    at: AwareDatetime = Field(description="virtual time")
    what: str
    title: Text


class ApplicationSummary(Body):
    id: UUID
    number: str
    status: str
    refusal_code: str | None
    university: str
    document_kind: DocumentKind
    reason: Reason
    filed_at: AwareDatetime


class ApplicationView(ApplicationSummary):
    request: DuplicateRequest
    collection_place: Text | None
    refusal: Refusal | None
    corrections: tuple[Correction, ...]
    notices: tuple[Notice, ...]
    history: tuple[HistoryEntry, ...]


class Portal:
    """What the routes share: settings and the authority that EDS is judged by."""

    def __init__(self, settings: Settings) -> None:
        self.secret = settings.session_secret.get_secret_value()
        self.trust = TrustAnchor.load(settings.trust_anchor, settings.revocation_list)

    def confirmed(self, signed: str, at: datetime) -> Signed:
        try:
            return verify(signed, self.trust, at, Use.SIGN)
        except EdsNotConfirmed as fault:
            raise _not_confirmed(fault) from fault

    def session(self, signed: str, at: datetime) -> session.Session:
        try:
            return session.open_session(signed, trust=self.trust, secret=self.secret, at=at, now=datetime.now(UTC))
        except EdsNotConfirmed as fault:
            raise _not_confirmed(fault) from fault
        except session.NotSignedIn as fault:
            raise Problem(422, fault.code, fault.detail, [Violation("/signed", fault.detail, fault.remedy)]) from fault

    def person(self, credentials: HTTPAuthorizationCredentials | None) -> str:
        try:
            token = credentials.credentials if credentials else ""
            return session.authenticate(token, secret=self.secret, now=datetime.now(UTC))
        except session.NotSignedIn as fault:
            violation = Violation("/header/authorization", fault.detail, fault.remedy)
            raise Problem(401, fault.code, fault.detail, [violation]) from fault


def _not_confirmed(fault: EdsNotConfirmed) -> Problem:
    return Problem(422, fault.code, fault.detail, [Violation("/signed", fault.detail, fault.remedy)])


def _form(model: type[ApplicationForm] | type[CorrectionForm], signed: Signed) -> Any:  # Any: an instance of `model`
    try:
        return model.model_validate_json(signed.payload)
    except ValidationError as error:
        found = violations(error, "/signed/payload")
        detail = f"the signed document breaks {len(found)} rule(s) of its form"
        raise Problem(422, "form.invalid", detail, found) from error


def _evidence(signed: Signed, at: datetime) -> domain.Evidence:
    return domain.Evidence(
        certificate_serial=signed.signer.certificate_serial, digest=signed.digest, signed_at=at, jws=signed.jws
    )


def _number(application_id: UUID, at: datetime) -> str:
    """Twenty digits: the filing date at the portal, then twelve of the id's hash."""
    return f"{at.astimezone(_PORTAL_ZONE):%Y%m%d}{application_id.int % 10**12:012d}"


def _same_person(field: str, expected: str, found: str) -> None:
    if expected != found:
        rule = "the IIN of the certificate, of the form and of the session are one person's (EDGE-05)"
        remedy = "sign in and sign the form with the certificates of the person who applies"
        raise Problem(422, "eds.iin-differs", rule, [Violation(field, rule, remedy)])


def router(settings: Settings) -> APIRouter:  # noqa: C901, PLR0915 - a list of routes, each of a few lines
    """All routes of the portal."""
    portal = Portal(settings)
    routes = APIRouter(responses=_PROBLEMS)
    bearer = HTTPBearer(auto_error=False)

    # Coroutines, as FastAPI sends a plain function to another thread, which takes longer than they do.
    async def signed_in(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
        return portal.person(credentials)

    async def found(request: Request) -> Running:
        return running(request)

    person = Annotated[str, Depends(signed_in)]
    parts = Annotated[Running, Depends(found)]

    @routes.post("/challenges", status_code=201, tags=["sign-in"])
    async def ask_for_a_challenge() -> Challenge:
        """A text to sign with the AUTH certificate, good for two minutes of wall time and for one use."""
        return Challenge(challenge=session.issue_challenge(portal.secret, secrets.token_hex(16), datetime.now(UTC)))

    @routes.post("/accounts", status_code=201, tags=["sign-in"])
    async def register(body: SignedBody, request: Request, chassis: parts, response: Response) -> SessionOpened:
        """Register with EDS and sign in (DUP-PORTAL-1). Registering again signs in; then the status is 200."""
        opened = await _open(portal, body, request, chassis)
        decision = await _run(
            request,
            ACCOUNT.stream(opened.signer.iin),
            partial(_open_account, opened.signer, body.signed),
            ids.derive(datetime.fromtimestamp(0, UTC), "account", opened.signer.iin),
        )
        response.status_code = 201 if decision.events else 200
        return SessionOpened(token=opened.token, expires_at=opened.expires_at)

    @routes.post("/sessions", status_code=201, tags=["sign-in"])
    async def sign_in(body: SignedBody, request: Request, chassis: parts) -> SessionOpened:
        """Exchange a signed challenge for a token of a quarter of an hour (wall time)."""
        opened = await _open(portal, body, request, chassis)
        if (await chassis.store.read(ACCOUNT.stream(opened.signer.iin))).version == 0:
            rule = "a person registers before signing in (DUP-PORTAL-1)"
            violation = Violation("/signed", rule, "ask for a new challenge and send it signed to POST /accounts")
            raise Problem(409, "account.unknown", rule, [violation])
        return SessionOpened(token=opened.token, expires_at=opened.expires_at)

    @routes.post("/applications", status_code=201, tags=["applications"])
    async def file_an_application(
        body: SignedBody, request: Request, response: Response, iin: person, chassis: parts
    ) -> ApplicationView:
        """File a signed application. While one is open for the same document, that one is the answer (200)."""
        at = chassis.clock.now()
        signed = portal.confirmed(body.signed, at)
        form: ApplicationForm = _form(ApplicationForm, signed)
        _same_person("/signed", iin, signed.signer.iin)
        _same_person("/signed/payload/applicant/iin", iin, form.applicant.iin)
        application_id = ids.derive(at, "application", iin, signed.digest)
        filing = domain.Submit(
            application_id=application_id,
            request=DuplicateRequest(number=_number(application_id, at), **form.model_dump(exclude={"form"})),
            evidence=_evidence(signed, at),
            at=at,
        )
        try:
            await _run(request, APPLICATION.stream(application_id), partial(_decide, filing), application_id)
        except domain.AlreadyOpen as first:
            response.status_code = 200
            application_id = first.application_id
        response.headers["location"] = f"/applications/{application_id}"
        return await _view(chassis, application_id, iin)

    @routes.get("/applications", tags=["applications"])
    async def my_applications(iin: person, chassis: parts) -> list[ApplicationSummary]:
        """The personal account: your applications, oldest first."""
        columns = ", ".join(ApplicationSummary.model_fields)
        query = f"select {columns} from applications where iin = $1 order by filed_at, id"  # noqa: S608 - our columns
        return [ApplicationSummary.model_validate(row) for row in await chassis.store.rows(query, iin)]

    @routes.get("/applications/{application_id}", tags=["applications"])
    async def my_application(application_id: UUID, iin: person, chassis: parts) -> ApplicationView:
        """One of your applications with its history and its notices."""
        return await _view(chassis, application_id, iin)

    @routes.post("/applications/{application_id}/correction", tags=["applications"])
    async def correct(
        application_id: UUID, body: SignedBody, request: Request, iin: person, chassis: parts
    ) -> ApplicationView:
        """Put right what the university returned, signed anew."""
        await _view(chassis, application_id, iin)
        at = chassis.clock.now()
        signed = portal.confirmed(body.signed, at)
        form: CorrectionForm = _form(CorrectionForm, signed)
        _same_person("/signed", iin, signed.signer.iin)
        if form.application_id != application_id:
            rule = "the signed form names the application that it corrects"
            violation = Violation("/signed/payload/application_id", rule, "sign the id that stands in the address")
            raise Problem(422, "form.invalid", rule, [violation])
        command = domain.Correct(form.specialty, form.graduation_year, _evidence(signed, at), at)
        cause = ids.derive(at, application_id, signed.digest)
        await _run(request, APPLICATION.stream(application_id), partial(_decide, command), cause, application_id)
        return await _view(chassis, application_id, iin)

    @routes.post("/applications/{application_id}/withdrawal", status_code=202, tags=["applications"])
    async def withdraw(application_id: UUID, request: Request, iin: person, chassis: parts) -> ApplicationView:
        """Ask to withdraw; the university decides whether it still can be (EDGE-21), and a notice tells."""
        await _view(chassis, application_id, iin)
        at = chassis.clock.now()
        cause = ids.derive(at, application_id, "withdrawal")
        command = partial(_decide, domain.Withdraw(at))
        await _run(request, APPLICATION.stream(application_id), command, cause, application_id)
        return await _view(chassis, application_id, iin)

    return routes


def _decide(command: domain.Command, state: domain.State, _at: datetime) -> Sequence[Event]:
    return domain.decide(command, state)


def _open_account(
    signer: Any, jws: str, account: domain.AccountOpened | None, at: datetime
) -> Sequence[Event]:  # Any: eds.Signer
    if account is not None:
        return []
    return [
        domain.AccountOpened(
            surname=signer.surname,
            given_name=signer.name,
            patronymic=signer.patronymic,
            certificate_serial=signer.certificate_serial,
            at=at,
            jws=jws,
        )
    ]


async def _open(portal: Portal, body: SignedBody, request: Request, chassis: Running) -> session.Session:
    opened = portal.session(body.signed, chassis.clock.now())
    cause = ids.derive(datetime.fromtimestamp(0, UTC), "challenge", opened.nonce)
    await _run(request, CHALLENGE.stream(opened.nonce), lambda used, at: domain.answer_challenge(at, used=used), cause)
    return opened


async def _run(request: Request, stream: str, decide: Any, cause: UUID, correlation: UUID | None = None) -> Any:
    """Any: a Decide and its Decision, whose state type is the stream's."""
    return await running(request).commands.execute(
        stream, decide, cause=cause, correlation=correlation or cause, traceparent=http.trace_of(request)
    )


async def _view(chassis: Running, application_id: UUID, iin: str) -> ApplicationView:
    """The application as its applicant may see it; for anybody else it does not exist."""
    stream = APPLICATION.stream(application_id)
    state = (await chassis.store.read(stream)).state
    match state:
        case domain.Open() as application:
            status, code = str(state.status), None
        case domain.Closed(application=application):
            status, code = str(state.outcome), state.refusal_code
        case _:
            raise _unknown()
    if application.request.applicant.iin != iin:
        raise _unknown()
    request, notices = application.request, application.notices
    last = notices[-1] if notices else None
    return ApplicationView(
        id=application_id,
        number=request.number,
        status=status,
        refusal_code=code,
        university=request.university,
        document_kind=request.document_kind,
        reason=request.reason,
        filed_at=application.filed_at,
        request=request,
        collection_place=next((each.collection_place for each in notices if each.collection_place), None),
        refusal=next((each.refusal for each in notices if each.refusal), None),
        corrections=last.corrections if last and status == domain.Status.RETURNED else (),
        notices=notices,
        history=tuple(
            HistoryEntry(at=at, what=event.name, title=texts.of(event))
            for at, event in await chassis.store.history(stream)
        ),
    )


def _unknown() -> Problem:
    rule = "an application is shown to the person who filed it"
    remedy = "list your own with GET /applications"
    return Problem(404, "application.unknown", rule, [Violation("/path/application_id", rule, remedy)])
