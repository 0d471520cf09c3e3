"""Applications for a grant over HTTP (GRANT-PORTAL-1 to -9). Nobody sees another person's application."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, Field

from contracts.common import Notice, NoticeKind, Refusal, SpecialtyCode
from contracts.event import Event
from contracts.forms import GrantApplicationForm, application_id
from contracts.grants import Attachment, CampaignYear, GrantRequest, StudyLanguage
from law.specialties import load_specialties
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.running import Running
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
)
from services.portal.forms import http as forms
from services.portal.forms.decide import FormTaken
from services.portal.grants import decide as grant
from services.portal.grants.follows import GRANT
from services.portal.grants.form import check, year_of
from services.portal.papers.copies import rows as copies

_FIRST = (NoticeKind.ACCEPTED, NoticeKind.REFUSED)
_SECOND = (NoticeKind.AWARDED, NoticeKind.NOT_AWARDED)


class GrantSummary(Body):
    id: UUID
    year: CampaignYear
    status: grant.Status
    refusal_code: str | None
    language: StudyLanguage
    choices: tuple[SpecialtyCode, ...] = Field(description="codes of the specialties, in the order of preference")
    filed_at: AwareDatetime


class GrantView(GrantSummary):
    """`filed_at` is the moment of the technical acknowledgement: the portal has the application (INC-12)."""

    request: GrantRequest
    attachments: tuple[Attachment, ...]
    first_result: Notice | None = Field(description="accepted for the competition, or refused (GRANT-PORTAL-8)")
    second_result: Notice | None = Field(description="a grant awarded, or not, as it stands now (GRANT-PORTAL-9)")
    refusal: Refusal | None = Field(description="the reason, where it was refused or no grant awarded (GRANT-GEN-5)")
    notices: tuple[Notice, ...]
    history: tuple[HistoryEntry, ...]


def router(portal: Portal) -> APIRouter:
    routes = APIRouter(responses=PROBLEMS, tags=["grants"])
    person = Annotated[str, Depends(portal.signed_in)]
    specialties = load_specialties()

    @routes.post("/grant-applications", status_code=201)
    async def file_a_grant_application(
        body: SignedBody, request: Request, response: Response, iin: person, chassis: Parts
    ) -> GrantView:
        """File a signed application. While one of this year's campaign is open, that one is the answer (200).

        The same form again, however much later, is answered as it was the first time.
        """
        at = chassis.clock.now()
        signed = await portal.confirmed(body.signed, at)
        form = forms.read(GrantApplicationForm, signed)
        same_applicant(iin, signed.signer, form.applicant)
        answered = await forms.taken(chassis, iin, form, signed)
        if answered is None:
            forms.require_timely(form, at)
            year = year_of(at)
            mine = await copies.of_person(chassis.store, iin, (each.digest for each in form.attachments))
            filing = grant.File(
                application_id=application_id(form.moment, signed.digest),
                year=year,
                request=form.request,
                attachments=check(form, mine, specialties),
                evidence=evidence(signed, at, form.nonce),
                at=at,
            )
            answered = await _file(request, filing, iin)
        response.status_code = 201 if answered.opens else 200
        response.headers["location"] = f"/grant-applications/{answered.application_id}"
        return await _view(chassis, answered.application_id, iin)

    @routes.get("/grant-applications")
    async def my_grant_applications(iin: person, chassis: Parts) -> list[GrantSummary]:
        """The personal account: your applications for grants, oldest first."""
        columns = ", ".join(GrantSummary.model_fields)
        query = f"select {columns} from grant_applications where iin = $1 order by filed_at, id"  # noqa: S608 - our columns
        return [GrantSummary.model_validate(row) for row in await chassis.store.rows(query, iin)]

    @routes.get("/grant-applications/{application_id}")
    async def my_grant_application(application_id: UUID, iin: person, chassis: Parts) -> GrantView:
        """One of your applications for a grant, with both results, its notices and its history."""
        return await _view(chassis, application_id, iin)

    return routes


async def _file(request: Request, filing: grant.File, iin: str) -> FormTaken:
    identity, evidence = filing.application_id, filing.evidence
    form = FormTaken(nonce=evidence.nonce, digest=evidence.digest, application_id=identity, opens=True, at=filing.at)
    return await forms.file(request, GRANT.stream(identity), partial(_decide, filing), iin, form)


def _decide(command: grant.Command, state: grant.State, _at: datetime) -> Sequence[Event]:
    return grant.decide(command, state)


async def _view(chassis: Running, application_id: UUID, iin: str) -> GrantView:
    """The application as its applicant may see it; for anybody else it does not exist."""
    story = await chassis.store.story(GRANT.stream(application_id))
    state = story.state
    if not isinstance(state, grant.Application) or state.request.applicant.iin != iin:
        rule = "an application is shown to the person who filed it"
        violation = Violation("/path/application_id", rule, "list your own with GET /grant-applications")
        raise Problem(404, "application.unknown", rule, [violation])
    first = next((each for each in state.notices if each.kind in _FIRST), None)
    second = _second(state)
    refused = second or first
    return GrantView(
        id=application_id,
        year=state.year,
        status=state.status,
        refusal_code=state.refusal_code,
        language=state.request.language,
        choices=tuple(each.specialty for each in state.request.choices),
        filed_at=state.filed_at,
        request=state.request,
        attachments=state.attachments,
        first_result=first,
        second_result=second,
        refusal=refused.refusal if refused else None,
        notices=state.notices,
        history=in_words(story.history),
    )


def _second(application: grant.Application) -> Notice | None:
    """The award, where there is one: it may follow a refusal to award, or arrive before it."""
    results = {each.kind: each for each in application.notices if each.kind in _SECOND}
    return results.get(NoticeKind.AWARDED) or results.get(NoticeKind.NOT_AWARDED)
