"""Applications for a duplicate over HTTP (DUP-PORTAL-2). Nobody sees another person's application."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, Field

from contracts.common import (
    Correction,
    DocumentKind,
    DuplicateRequest,
    Notice,
    NoticeKind,
    Reason,
    Refusal,
)
from contracts.event import Event, Text
from contracts.forms import ApplicationForm, CorrectionForm, WithdrawalForm
from contracts.forms import application_id as id_of_form
from law.name_change import fault
from law.universities import load_universities
from services._chassis import ids
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.running import Running, act, running
from services._eds.signature import Signed
from services.portal import texts
from services.portal.account.access import (
    PROBLEMS,
    Body,
    HistoryEntry,
    Parts,
    Portal,
    SignedBody,
    evidence,
    in_words,
    same_applicant,
    same_person,
)
from services.portal.duplicates import decide as application
from services.portal.duplicates.follows import APPLICATION
from services.portal.duplicates.terms import ServiceTerms
from services.portal.forms import http as forms
from services.portal.forms.decide import FormTaken

_PORTAL_ZONE: Final = ZoneInfo("Asia/Almaty")


class ApplicationSummary(Body):
    id: UUID
    number: str
    status: str
    refusal_code: str | None
    university: str
    document_kind: DocumentKind
    reason: Reason
    filed_at: AwareDatetime


class TermView(Body):
    """The term of the whole service, as the regulation counts it from the filing."""

    due_at: AwareDatetime = Field(description="virtual time when the term ends")
    passed: bool = Field(description="whether it ended without an answer of the university")
    words: Text


class Unsettled(Body):
    """The university's notices contradict one another, and none has put that right yet."""

    notice_id: UUID = Field(description="the notice that says otherwise than the status")
    kind: NoticeKind
    at: AwareDatetime
    words: Text


class ApplicationView(ApplicationSummary):
    request: DuplicateRequest
    term: TermView | None = Field(description="null where no regulation sets one, or for an unknown university")
    unsettled: Unsettled | None
    collection_place: Text | None
    refusal: Refusal | None
    corrections: tuple[Correction, ...]
    notices: tuple[Notice, ...]
    history: tuple[HistoryEntry, ...]


def router(portal: Portal) -> APIRouter:
    routes = APIRouter(responses=PROBLEMS, tags=["applications"])
    person = Annotated[str, Depends(portal.signed_in)]
    terms = ServiceTerms(load_universities())
    _view = partial(_shown, terms)

    @routes.post("/applications", status_code=201)
    async def file_an_application(
        body: SignedBody, request: Request, response: Response, iin: person, chassis: Parts
    ) -> ApplicationView:
        """File a signed application. While one is open for the same document, that one is the answer (200).

        The same form again, however much later, is answered as it was the first time.
        """
        at = chassis.clock.now()
        signed = await portal.confirmed(body.signed, at)
        form = forms.read(ApplicationForm, signed)
        same_applicant(iin, signed.signer, form.applicant)
        answered = await forms.taken(chassis, iin, form, signed)
        if answered is None:
            forms.require_timely(form, at)
            _require_proof(form)
            answered = await _file(request, form, signed, iin, at)
        response.status_code = 201 if answered.opens else 200
        response.headers["location"] = f"/applications/{answered.application_id}"
        return await _view(chassis, answered.application_id, iin)

    @routes.get("/applications")
    async def my_applications(iin: person, chassis: Parts) -> list[ApplicationSummary]:
        """The personal account: your applications, oldest first."""
        columns = ", ".join(ApplicationSummary.model_fields)
        query = f"select {columns} from applications where iin = $1 order by filed_at, id"  # noqa: S608 - our columns
        return [ApplicationSummary.model_validate(row) for row in await chassis.store.rows(query, iin)]

    @routes.get("/applications/{application_id}")
    async def my_application(application_id: UUID, iin: person, chassis: Parts) -> ApplicationView:
        """One of your applications with its history and its notices."""
        return await _view(chassis, application_id, iin)

    @routes.post("/applications/{application_id}/correction")
    async def correct(
        application_id: UUID, body: SignedBody, request: Request, iin: person, chassis: Parts
    ) -> ApplicationView:
        """Put right what the university returned, signed anew."""
        await _view(chassis, application_id, iin)
        at = chassis.clock.now()
        signed = await portal.confirmed(body.signed, at)
        form = forms.read(CorrectionForm, signed)
        command = application.Correct(form.specialty, form.graduation_year, evidence(signed, at, form.nonce), at)
        await _follow(request, application_id, iin, form, signed, command)
        return await _view(chassis, application_id, iin)

    @routes.post("/applications/{application_id}/withdrawal", status_code=202)
    async def withdraw(
        application_id: UUID, body: SignedBody, request: Request, iin: person, chassis: Parts
    ) -> ApplicationView:
        """Ask to withdraw, signed; the university decides whether it still can be (EDGE-21), and a notice tells."""
        await _view(chassis, application_id, iin)
        at = chassis.clock.now()
        signed = await portal.confirmed(body.signed, at)
        form = forms.read(WithdrawalForm, signed)
        command = application.Withdraw(evidence(signed, at, form.nonce), at)
        await _follow(request, application_id, iin, form, signed, command)
        return await _view(chassis, application_id, iin)

    return routes


def _require_proof(form: ApplicationForm) -> None:
    """A changed name is stated with its certificate, which the university holds against its register."""
    found = fault(form.reason, form.name_change_certificate, form.applicant)
    if found:
        violation = Violation(f"/signed/payload/{found.field}", found.rule, found.remedy)
        raise Problem(422, "form.invalid", found.rule, [violation])


async def _follow(
    request: Request,
    application_id: UUID,
    iin: str,
    form: CorrectionForm | WithdrawalForm,
    signed: Signed,
    command: application.Correct | application.Withdraw,
) -> None:
    """What the applicant signs of an application that was filed; the same form again does nothing anew."""
    same_person("/signed", iin, signed.signer.iin)
    if form.application_id != application_id:
        rule = "the signed form names the application that it is about"
        violation = Violation("/signed/payload/application_id", rule, "sign the id that stands in the address")
        raise Problem(422, "form.invalid", rule, [violation])
    if await forms.taken(running(request), iin, form, signed) is None:
        forms.require_timely(form, command.at)
        stream, decide = APPLICATION.stream(application_id), partial(_decide, command)
        await act(request, stream, decide, signed.digest, about=application_id, at=command.at)


async def _file(request: Request, form: ApplicationForm, signed: Signed, iin: str, at: datetime) -> FormTaken:
    application_id = id_of_form(form.moment, signed.digest)
    asked = form.model_dump(include=set(DuplicateRequest.model_fields))
    filing = application.Submit(
        application_id=application_id,
        request=DuplicateRequest(number=ids.dated_number(application_id, at, _PORTAL_ZONE), **asked),
        evidence=evidence(signed, at, form.nonce),
        at=at,
    )
    taken = FormTaken(nonce=form.nonce, digest=signed.digest, application_id=application_id, opens=True, at=at)
    return await forms.file(request, APPLICATION.stream(application_id), partial(_decide, filing), iin, taken)


def _decide(command: application.Command, state: application.State, _at: datetime) -> Sequence[Event]:
    return application.decide(command, state)


async def _shown(terms: ServiceTerms, chassis: Running, application_id: UUID, iin: str) -> ApplicationView:
    """The application as its applicant may see it; for anybody else it does not exist."""
    story = await chassis.store.story(APPLICATION.stream(application_id))
    match story.state:
        case application.Open() as mine:
            status, code = str(mine.status), None
        case application.Closed(application=mine, outcome=outcome, refusal_code=code):
            status = str(outcome)
        case _:
            raise _unknown()
    if mine.request.applicant.iin != iin:
        raise _unknown()
    request, notices = mine.request, mine.notices
    last = notices[-1] if notices else None
    return ApplicationView(
        id=application_id,
        number=request.number,
        status=status,
        refusal_code=code,
        university=request.university,
        document_kind=request.document_kind,
        reason=request.reason,
        filed_at=mine.filed_at,
        request=request,
        term=_term(terms, mine, chassis.clock.now()),
        unsettled=_unsettled(story.state),
        collection_place=next((each.collection_place for each in notices if each.collection_place), None),
        refusal=_refusal(story.state, notices),
        corrections=last.corrections if last and status == application.Status.RETURNED else (),
        notices=notices,
        history=in_words(story.history),
    )


def _refusal(state: application.State, notices: Sequence[Notice]) -> Refusal | None:
    """Of an end that was put right, no more; of one still open, what the applicant is to be heard about."""
    if isinstance(state, application.Closed) and state.outcome is not NoticeKind.REFUSED:
        return None
    return next((each.refusal for each in reversed(notices) if each.refusal), None)


def _term(terms: ServiceTerms, mine: application.Open, now: datetime) -> TermView | None:
    term = terms.of(mine.request.university, mine.filed_at)
    if term is None:
        return None
    answers = (each.at for each in mine.notices if each.kind in application.ENDS | {NoticeKind.READY})
    answered_at = min(answers, default=None)
    passed = (answered_at or now) > term.due_at
    return TermView(due_at=term.due_at, passed=passed, words=texts.of_term(term, answered_at, passed=passed))


def _unsettled(state: application.State) -> Unsettled | None:
    against = application.unsettled(state) if isinstance(state, application.Closed) else None
    if against is None:
        return None
    return Unsettled(notice_id=against.notice_id, kind=against.kind, at=against.at, words=texts.UNSETTLED)


def _unknown() -> Problem:
    rule = "an application is shown to the person who filed it"
    remedy = "list your own with GET /applications"
    return Problem(404, "application.unknown", rule, [Violation("/path/application_id", rule, remedy)])
