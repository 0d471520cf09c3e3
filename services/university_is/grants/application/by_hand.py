"""The committee's and the rector's desks by hand: the same commands as those of the simulated people."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Body, Path, Request, params
from pydantic import BaseModel, ConfigDict, Field

from contracts.common import Collector, CollectorKind, Refusal
from contracts.desks import Desk
from law.left_open import Unproven
from law.universities import Universities
from services._chassis import http
from services._chassis.batch import Decision
from services._chassis.decider import Refused
from services._chassis.errors import Violation
from services._chassis.running import act, running
from services.university_is import streams
from services.university_is.duplicates.case.http import ApplicationId
from services.university_is.grants.application import commands as c
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.http import unknown_grant
from services.university_is.grants.application.state import Grant, Status

_WAITING: Final = """
select application_id from grants where university = $1 and desk = 'rector' order by application_id
"""
_TOGETHER: Final = 200  # of a rector's list: as many as share a transaction


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckRules(Words):
    """Let the rules decide, as the simulated secretary does."""

    decision: Literal["check"]


class AcceptApplication(Words):
    decision: Literal["accept"]
    benefits_proven: bool = Field(description="whether proof lies with it for the quota or right it claims (EDGE-29)")


class RefuseApplication(Words):
    decision: Literal["refuse"]
    refusal: Refusal


Verification: TypeAlias = Annotated[CheckRules | AcceptApplication | RefuseApplication, Body(discriminator="decision")]


class HandOver(Words):
    collector: Collector = Field(
        default=Collector(kind=CollectorKind.APPLICANT), description="who takes the certificate (EDGE-19)"
    )


class Order(Words):
    order_number: str | None = Field(
        default=None,
        pattern=r"^[0-9A-Za-zА-ЯЁа-яё/-]{1,40}$",
        description="the rector's number; left out, it is that of the university and the day",
    )


class ActedOnGrant(BaseModel):
    application_id: UUID
    status: Status
    events: list[str] = Field(description="what the act led to; empty when it had been done before")


class OrderSigned(BaseModel):
    university: str
    order_number: str | None = Field(description="null when nobody waited for one")
    order_date: date | None
    paid_from: date | None
    assigned: int = Field(description="how many students it assigns the scholarship to")


def router(at: Callable[..., list[params.Depends]], universities: Universities, unproven: Unproven) -> APIRouter:
    """`at`: who may act at a desk, the operator and its people."""
    routes = APIRouter(prefix="/grants/{application_id}", tags=["desks"])
    committee = at(Desk.ADMISSION_COMMITTEE)

    @routes.post("/verification", dependencies=committee)
    async def verify(request: Request, application_id: ApplicationId, body: Verification) -> ActedOnGrant:
        """Committee: verify an electronic application, or refuse it (GRANT-E-2)."""
        return await _act(request, application_id, lambda at: _verification(body, unproven, at))

    @routes.post("/participation-certificate", dependencies=committee)
    async def certify(request: Request, application_id: ApplicationId) -> ActedOnGrant:
        """Committee: give the certificate of participation (GRANT-P-1b)."""
        return await _act(request, application_id, c.CertifyParticipation)

    @routes.post("/forwarding", dependencies=committee)
    async def forward(request: Request, application_id: ApplicationId) -> ActedOnGrant:
        """Committee: send the application to the Testing Centre's common database (GRANT-P-2, GRANT-E-3)."""
        return await _act(request, application_id, c.Forward)

    @routes.post("/certificate-handover", dependencies=committee)
    async def hand_over(request: Request, application_id: ApplicationId, body: HandOver | None = None) -> ActedOnGrant:
        """Committee: the winner or a representative has come and has the award certificate (GRANT-C-9)."""
        collector = (body or HandOver()).collector
        return await _act(request, application_id, lambda at: c.HandOver(collector, at))

    @routes.post("/enrolment", dependencies=committee)
    async def enrol(request: Request, application_id: ApplicationId) -> ActedOnGrant:
        """Committee: the winner brought the papers and is a student."""
        return await _act(request, application_id, c.Enrol)

    whole = APIRouter()
    whole.include_router(routes)
    whole.include_router(_orders(at(Desk.RECTOR), universities))
    return whole


def _orders(rector: list[params.Depends], universities: Universities) -> APIRouter:
    routes = APIRouter(tags=["desks"], dependencies=rector)

    @routes.post("/universities/{code}/scholarship-orders")
    async def sign(
        request: Request, code: Annotated[str, Path(pattern=r"^[0-9]{3}$")], body: Order | None = None
    ) -> OrderSigned:
        """Rector: one order assigns the scholarship to all enrolled winners who wait for it (GRANT-C-9s)."""
        if code not in universities:
            rule = "an order is signed at a university that is run here"
            remedy = f"use one of {', '.join(universities)}"
            raise http.Problem(404, "university.unknown", rule, [Violation("/path/code", rule, remedy)])
        number = (body or Order()).order_number
        waiting = [UUID(str(row["application_id"])) for row in await running(request).store.rows(_WAITING, code)]
        signed = [
            decision
            for first in range(0, len(waiting), _TOGETHER)
            for decision in await asyncio.gather(
                *(
                    _decided(request, who, lambda at: c.AssignScholarship(at, number))
                    for who in waiting[first : first + _TOGETHER]
                )
            )
        ]
        new = [each.state.scholarship for each in signed if each.events]
        order = new[0] if new else None
        return OrderSigned(
            university=code,
            order_number=order and order.order_number,
            order_date=order and order.order_date,
            paid_from=order and order.paid_from,
            assigned=len(new),
        )

    return routes


def _verification(
    body: CheckRules | AcceptApplication | RefuseApplication, unproven: Unproven, at: datetime
) -> c.Command:
    match body:
        case CheckRules():
            return c.Verify(unproven, at)
        case AcceptApplication(benefits_proven=proven):
            return c.Accept(proven, at)
        case RefuseApplication(refusal=refusal):
            return c.Refuse(refusal, at)


async def _act(request: Request, application_id: UUID, command: Callable[[datetime], c.Command]) -> ActedOnGrant:
    try:
        decision = await _decided(request, application_id, command)
    except Refused as refusal:
        if refusal.code == "grant.unknown":
            raise unknown_grant() from refusal
        raise
    grant: Grant = decision.state
    return ActedOnGrant(
        application_id=application_id, status=grant.status, events=[each.name for each in decision.events]
    )


async def _decided(request: Request, application_id: UUID, command: Callable[[datetime], c.Command]) -> Decision:
    return await act(
        request,
        streams.grant(application_id),
        lambda grant, at: GRANT.decide(command(at), grant),
        about=application_id,
    )
