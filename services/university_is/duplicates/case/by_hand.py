"""Every desk of the university by hand: the same commands as those of the simulated staff."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Body, Request, params
from pydantic import BaseModel, ConfigDict, Field

from contracts import kinds
from contracts.common import (
    Channel,
    Collector,
    CollectorKind,
    Correction,
    GraduationYear,
    Refusal,
    Serial,
    SpecialtyCode,
)
from contracts.desks import Desk
from services._chassis.decider import Refused
from services._chassis.running import act
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.http import ApplicationId, unknown_case
from services.university_is.duplicates.case.state import Case, State, Status
from services.university_is.duplicates.case.tasks import command_of

Commanding: TypeAlias = Callable[[State, datetime], c.Command]


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Registration(Words):
    incoming_number: str | None = Field(
        default=None,
        pattern=r"^[0-9A-Za-z/-]{1,40}$",
        description="the chancellery's number; left out, it derives from the application's id",
    )


class CheckRegister(Words):
    """Let the register of graduates decide, as the simulated staff do."""

    decision: Literal["check"]


class AcceptData(Words):
    decision: Literal["accept"]
    reference_note: kinds.Words


class ReturnData(Words):
    decision: Literal["return"]
    corrections: tuple[Correction, ...] = Field(min_length=1, max_length=20)


class RefuseCase(Words):
    decision: Literal["refuse"]
    refusal: Refusal


class Approve(Words):
    decision: Literal["approve"]


class HearingDecision(Words):
    decision: Literal["uphold", "overturn"] = Field(description="whether the refusal stands after the hearing")


Verification: TypeAlias = Annotated[
    CheckRegister | AcceptData | ReturnData | RefuseCase, Body(discriminator="decision")
]
Consideration: TypeAlias = Annotated[Approve | RefuseCase, Body(discriminator="decision")]


class Preparation(Words):
    spoilt: tuple[Serial, ...] = Field(
        default=(),
        max_length=2,
        description="blank forms of the case that were spoilt in printing: others are reserved, the duplicate is not yet "
        "prepared (EDGE-13); left out, it is prepared",
    )


class HandOver(Words):
    collector: Collector = Field(
        default=Collector(kind=CollectorKind.APPLICANT), description="who takes the duplicate home (EDGE-19)"
    )


class Corrected(Words):
    specialty: SpecialtyCode
    graduation_year: GraduationYear


class Acted(BaseModel):
    application_id: UUID
    status: Status
    events: list[str] = Field(description="what the act led to in the case; empty when it had been done before")


def router(at: Callable[..., list[params.Depends]]) -> APIRouter:
    """`at`: who may act at a desk, the operator and its people."""
    routes = APIRouter(prefix="/cases/{application_id}", tags=["desks"])
    chancellery, management, affairs = at(Desk.CHANCELLERY), at(Desk.MANAGEMENT), at(Desk.ACADEMIC_AFFAIRS)

    @routes.post("/registration", dependencies=chancellery)
    async def register(request: Request, application_id: ApplicationId, body: Registration) -> Acted:
        """Chancellery: register the package and hand it to academic affairs (DUP-PORTAL-4)."""
        number = body.incoming_number
        return await _act(request, application_id, lambda case, at: command_of(Task.REGISTER, case, at, number))

    @routes.post("/verification", dependencies=affairs)
    async def verify(request: Request, application_id: ApplicationId, body: Verification) -> Acted:
        """Academic affairs: accept the data, return them for correction, or refuse (DUP-PORTAL-5)."""
        return await _act(request, application_id, lambda _case, at: _verification(body, at))

    @routes.post("/consideration", dependencies=management)
    async def consider(request: Request, application_id: ApplicationId, body: Consideration) -> Acted:
        """Management: approve the package, or refuse (DUP-PORTAL-6, EDGE-17)."""
        return await _act(request, application_id, lambda _case, at: _consideration(body, at))

    @routes.post("/hearing", dependencies=at(Desk.ACADEMIC_AFFAIRS, Desk.MANAGEMENT))
    async def hear(request: Request, application_id: ApplicationId, body: HearingDecision) -> Acted:
        """The desk that means to refuse: after the hearing the refusal stands, or the case goes on."""
        return await _act(request, application_id, lambda _case, at: c.Hear(upheld=body.decision == "uphold", at=at))

    @routes.post("/blank-request", dependencies=affairs)
    async def request_blanks(request: Request, application_id: ApplicationId) -> Acted:
        """Academic affairs: ask the Ministry for the blank forms that are short (DUP-PORTAL-7)."""
        return await _act(request, application_id, lambda _case, at: c.RequestBlanks(at))

    @routes.post("/preparation", dependencies=affairs)
    async def prepare(request: Request, application_id: ApplicationId, body: Preparation | None = None) -> Acted:
        """Academic affairs: the duplicate is written (DUP-PAPER-5, DUP-CON-9, DUP-PORTAL-8), or blank forms were spoilt."""
        spoilt = body.spoilt if body else ()
        return await _act(request, application_id, lambda _case, at: c.Spoil(spoilt, at) if spoilt else c.Prepare(at))

    @routes.post("/notification", dependencies=affairs)
    async def announce(request: Request, application_id: ApplicationId) -> Acted:
        """Academic affairs: write to the applicant that the duplicate is ready (DUP-PAPER-6)."""
        return await _act(request, application_id, lambda _case, at: c.Announce(at))

    @routes.post("/handover", dependencies=affairs)
    async def hand_over(request: Request, application_id: ApplicationId, body: HandOver | None = None) -> Acted:
        """Academic affairs: the applicant or a representative has come and has the duplicate (DUP-PAPER-7, DUP-PORTAL-9)."""
        collector = (body or HandOver()).collector
        return await _act(request, application_id, lambda _case, at: c.HandOver(at, collector))

    @routes.post("/original-found", dependencies=affairs)
    async def original_found(request: Request, application_id: ApplicationId) -> Acted:
        """Academic affairs: the lost original was found after the duplicate had been issued: it is annulled (EDGE-25)."""
        return await _act(request, application_id, lambda _case, at: c.NoteOriginalFound(at))

    _counter(routes, chancellery)

    return routes


def _counter(routes: APIRouter, chancellery: list[params.Depends]) -> None:
    @routes.post("/correction", dependencies=chancellery)
    async def correct(request: Request, application_id: ApplicationId, body: Corrected) -> Acted:
        """Chancellery: the applicant hands the corrected application in at the counter (paper channel only)."""
        return await _act(
            request,
            application_id,
            lambda case, at: _at_counter(case, c.Correct(body.specialty, body.graduation_year, at)),
        )

    @routes.post("/withdrawal", dependencies=chancellery)
    async def withdraw(request: Request, application_id: ApplicationId) -> Acted:
        """Chancellery: the applicant takes the application back at the counter (paper channel only, EDGE-21)."""
        return await _act(request, application_id, lambda case, at: _at_counter(case, c.Withdraw(at)))


def _at_counter(case: State, command: c.Command) -> c.Command:
    """Each channel has its own way back to the applicant: two ways into one case would race (ADR 0004)."""
    if isinstance(case, Case) and case.opened.channel is not Channel.PAPER:
        raise Refused(
            "case.other-channel",
            f"the application came over {case.opened.channel}; at the counter one changes what was handed in there",
            field="/application_id",
            remedy="correct or withdraw it where it was handed in: on the portal or at the service centre",
        )
    return command


def _verification(body: CheckRegister | AcceptData | ReturnData | RefuseCase, at: datetime) -> c.Command:
    match body:
        case CheckRegister():
            return c.ConsultRegister(at)
        case AcceptData():
            return c.Accept(body.reference_note, at)
        case ReturnData():
            return c.ReturnForCorrection(body.corrections, at)
        case RefuseCase():
            return c.Refuse(Task.VERIFY, body.refusal, at)


def _consideration(body: Approve | RefuseCase, at: datetime) -> c.Command:
    return c.Consider(at) if isinstance(body, Approve) else c.Refuse(Task.CONSIDER, body.refusal, at)


async def _act(request: Request, application_id: UUID, command: Commanding) -> Acted:
    try:
        decision = await act(
            request,
            streams.case(application_id),
            lambda case, at: CASE.decide(command(case, at), case),
            about=application_id,
        )
    except Refused as refusal:
        if refusal.code == "case.unknown":
            raise unknown_case() from refusal
        raise
    case: Case = decision.state
    return Acted(application_id=application_id, status=case.status, events=[each.name for each in decision.events])
