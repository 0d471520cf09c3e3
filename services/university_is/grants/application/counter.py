"""The admission committee's counter: data entry, registration number and receipt, or what keeps them away (GRANT-P-1, -1a)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response, params
from pydantic import BaseModel, ConfigDict, Field

from contracts.common import Channel, RefusalCode, UniversityCode
from contracts.grants import AttachmentKind, GrantReceipt, GrantRequest
from contracts.names import Name
from law.competition import UnknownRules, invalid_choices, rules
from law.left_open import Unproven
from law.regulation import Regulation, UnknownRegulation, governing
from law.regulation.campaign import ZONE, campaign_year, window
from law.universities import Universities, University
from services._chassis import http, ids
from services._chassis.errors import Violation
from services._chassis.running import act, running
from services.university_is import streams
from services.university_is.grants.application import commands as c
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.events import TurnedAway
from services.university_is.grants.application.intake import DOCUMENTS, lacking, specialties
from services.university_is.grants.application.state import Grant
from services.university_is.grants.application.terms import SERVICE

_LABEL: Final = "paper-grant"
_SECRETARIES: Final = ("Сәрсенбай Г. Қ.", "Ким Л. В.", "Төлеген А. Б.", "Абдуллина Р. Ж.")  # made up


class GrantPackage(BaseModel):
    """What the applicant states on the set form, and what lies on the counter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    university: UniversityCode
    request: GrantRequest
    presented: frozenset[AttachmentKind] = Field(description="the documents that the applicant laid down")
    accepted_by: Name | None = Field(default=None, description="surname and initials of who takes them (GRANT-P-1a)")


class Registration(BaseModel):
    application_id: UUID
    registration_number: str
    receipt: GrantReceipt | None


def router(committee: list[params.Depends], universities: Universities, unproven: Unproven) -> APIRouter:
    routes = APIRouter(tags=["counter"], dependencies=committee)

    @routes.post("/grants", status_code=201)
    async def hand_in(request: Request, response: Response, body: GrantPackage) -> Registration:
        """Committee: take a package, enter its data, give the number and the receipt; or refuse it (EDGE-26, EDGE-27, EDGE-29).

        200 with the first when the person has an application of this campaign here. A refusal is answered 422: of a package
        that is incomplete or below a threshold it is also a fact of the procedure, the same person may come again.
        """
        http.require_place(request, body.university)
        now = running(request).clock.now()
        university = _university(body, universities)
        opens = _opens(now)
        _check_choices(body.request)
        who = ids.derive(opens, _LABEL, body.university, body.request.applicant.iin)
        decision = await act(
            request,
            streams.grant(who),
            lambda state, at: GRANT.decide(_command(body, who, university, unproven, at), state),
            about=who,
            at=now,
        )
        state = decision.state
        if isinstance(state, TurnedAway):
            raise _turned_away(body, state)
        grant: Grant = state
        response.status_code = 201 if decision.events else 200
        response.headers["location"] = f"/grants/{who}"
        came = grant.registered
        return Registration(application_id=who, registration_number=came.registration_number, receipt=came.receipt)

    return routes


def _command(
    body: GrantPackage, application_id: UUID, university: University, unproven: Unproven, at: datetime
) -> c.Register:
    return c.Register(
        application_id=application_id,
        university=university.code,
        zone=university.zone,
        week=university.week,
        request=body.request,
        channel=Channel.PAPER,
        documents=tuple(each for each in AttachmentKind if each in body.presented),
        filed_at=at,
        unproven=unproven,
        at=at,
        accepted_by=body.accepted_by or _SECRETARIES[int(university.code) % len(_SECRETARIES)],
    )


def _university(body: GrantPackage, universities: Universities) -> University:
    university = universities.get(body.university)
    if university is None:
        rule = "a package is handed in at a university that is run here"
        remedy = f"use one of {', '.join(universities)}"
        raise http.Problem(422, "university.unknown", rule, [Violation("/body/university", rule, remedy)])
    return university


def _opens(now: datetime) -> datetime:
    """When the window of this year's campaign opened. A problem of status 422 outside of it."""
    year = campaign_year(now)
    try:
        regulation: Regulation = governing(now.astimezone(ZONE).date(), SERVICE)
        rules(year)
    except (UnknownRegulation, UnknownRules):
        rule = f"no rules of a competition for grants are known for {year}"
        remedy = "add the year's rules to law/competition, or hand in within a campaign that is known"
        raise http.Problem(422, "grant.no-campaign", rule, [Violation("", rule, remedy)]) from None
    days = window(regulation, year)
    if days.covers(now):
        return days.opens
    first, last = (each.astimezone(ZONE) for each in (days.opens, days.closes))
    rule = f"applications of {year} are taken from {first:%d.%m.%Y} on and before {last:%d.%m.%Y} begins, Almaty time"
    code, remedy = ("grant.too-late", "apply in next year's campaign")
    if now < days.opens:
        code, remedy = ("grant.too-early", "hand the application in within these days")
    raise http.Problem(422, code, rule, [Violation("", rule, remedy)])


def _check_choices(request: GrantRequest) -> None:
    """Nothing is entered that the form itself forbids (EDGE-27)."""
    wrong = [
        Violation(f"/body/request{each.pointer}", each.rule.en, each.remedy.en)
        for each in invalid_choices(request, specialties())
    ]
    if wrong:
        raise http.Problem(422, "grant.choices-invalid", "the choices break the rules of the competition", wrong)


def _turned_away(body: GrantPackage, state: TurnedAway) -> http.Problem:
    refusal = state.refusal
    match refusal.code:
        case RefusalCode.PACKAGE_INCOMPLETE:
            wrong = [
                Violation(
                    "/body/presented",
                    f"a package holds the {DOCUMENTS[each].en} ({each.value})",
                    f"lay down the {DOCUMENTS[each].en} too and hand the package in again",
                )
                for each in lacking(body.presented)
            ]
        case RefusalCode.QUOTA_NOT_PROVEN:
            remedy = f"lay down the {DOCUMENTS[AttachmentKind.BENEFIT_PROOF].en}, or claim no quota and no right"
            wrong = [Violation("/body/presented", refusal.reason.en, remedy)]
        case _:
            remedy = "choose specialties whose thresholds the certificate meets; otherwise it cannot compete this year"
            wrong = [Violation("/body/request/certificate/scores", refusal.reason.en, remedy)]
    return http.Problem(422, f"grant.{refusal.code}", refusal.reason.en, wrong)
