"""ESUVO's HTTP: the public list of universities, and for the operator the requests and the Ministry's desk."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, params
from pydantic import BaseModel, Field

from contracts.common import Blank, Channel, DocumentKind, NoticeKind, Reason, RefusalCode, UniversityCode
from contracts.event import JsonObject, Text
from services._chassis import http, ids
from services._chassis.errors import Violation
from services._chassis.run import running
from services.esuvo import projections
from services.esuvo.directory import Directory, Standing
from services.esuvo.domain import blanks
from services.esuvo.domain.events import Status
from services.esuvo.domain.notices import Hop
from services.esuvo.messaging.streams import ministry_stream, notice_stream, request_stream
from services.esuvo.settings import Settings

ApplicationId = Annotated[UUID, Path(description="the application's id, as the portal gave it")]


class UniversityView(BaseModel):
    code: str
    name: Text
    city: Text
    standing: Standing
    successor: str | None = Field(description="code of the university that a merged one became part of")


class RequestRow(BaseModel):
    application_id: UUID
    number: str
    university: str
    channel: Channel
    document_kind: DocumentKind
    reason: Reason
    status: Status
    refusal_code: RefusalCode | None
    closed_as: NoticeKind | None
    notices_on_the_way: int
    notices_undeliverable: int
    filed_at: datetime
    updated_at: datetime


class RequestPage(BaseModel):
    requests: list[RequestRow]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


class NoticeView(BaseModel):
    notice_id: UUID
    kind: NoticeKind
    hop: Hop = Field(description="how far the notice has come from here to the gateway and the portal")
    attempt: int
    forwarded_at: datetime


class Happened(BaseModel):
    at: datetime = Field(description="virtual time")
    event: str
    details: JsonObject = Field(description="the event's own fields, without the applicant's particulars")


class RequestView(BaseModel):
    request: RequestRow
    notices: list[NoticeView]
    history: list[Happened]


class Supply(BaseModel):
    application_id: UUID
    university: str
    blanks: tuple[Blank, ...]
    supplied_at: datetime


def routers(settings: Settings, directory: Directory) -> tuple[APIRouter, ...]:
    operator = [Depends(http.operator_only(settings.operator_token))]
    return _universities(directory), _requests(operator), _ministry(settings, operator)


def _universities(directory: Directory) -> APIRouter:
    router = APIRouter(tags=["universities"])

    @router.get("/universities")
    async def universities() -> list[UniversityView]:
        """The universities that requests can be routed to, by code; names in Kazakh, Russian and English."""
        return [
            UniversityView(
                code=code,
                name=each.name,
                city=each.city,
                standing=directory.standing(code),
                successor=directory.merged.get(code),
            )
            for code, each in directory.universities.items()
        ]

    return router


def _requests(operator: list[params.Depends]) -> APIRouter:
    router = APIRouter(tags=["requests"], dependencies=operator)

    @router.get("/requests")
    async def requests(
        request: Request,
        status: Status | None = None,
        university: UniversityCode | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> RequestPage:
        """Requests in the order of their ids, which is the order of filing."""
        rows = await running(request).store.rows(projections.PAGE, status, university, after, limit)
        found = [RequestRow.model_validate(each) for each in rows]
        return RequestPage(requests=found, next=found[-1].application_id if len(found) == limit else None)

    @router.get("/requests/{application_id}")
    async def one(request: Request, application_id: ApplicationId) -> RequestView:
        """Where a request stands, its notices, and everything that happened to it at ESUVO."""
        store = running(request).store
        found = await store.rows(projections.ONE, application_id)
        if not found:
            raise _not_found("request.unknown", "no application of this id has come from the portal")
        its = [NoticeView.model_validate(each) for each in await store.rows(projections.ITS_NOTICES, application_id)]
        streams = [request_stream(application_id), *(notice_stream(each.notice_id) for each in its)]
        history = [
            Happened(at=at, event=event.name, details=event.model_dump(mode="json", exclude={"request", "at"}))
            for stream in streams
            for at, event in await store.history(stream)
        ]
        history.sort(key=lambda each: each.at)
        return RequestView(request=RequestRow.model_validate(found[0]), notices=its, history=history)

    return router


def _not_found(code: str, rule: str) -> http.Problem:
    remedy = "check the id; GET /requests lists those that are known"
    return http.Problem(404, code, rule, [Violation("/path/application_id", rule, remedy)])


def _ministry(settings: Settings, operator: list[params.Depends]) -> APIRouter:
    router = APIRouter(tags=["ministry"], dependencies=operator)

    @router.post("/blank-requests/{application_id}/supply")
    async def supply(request: Request, application_id: ApplicationId) -> Supply:
        """Do the Ministry's desk by hand: answer a university's request for blank forms. Twice is as once."""
        parts, stream = running(request), ministry_stream(application_id)
        if isinstance((await parts.store.read(stream)).state, blanks.NotAsked):
            rule = "no university has asked for blank forms for this application"
            raise _not_found("blank-request.unknown", rule)
        decision = await parts.commands.execute(
            stream,
            lambda state, at: blanks.decide(blanks.Grant(settings.ministry.reserve, at), state),
            cause=ids.derive(parts.clock.now(), application_id, "supply"),
            correlation=application_id,
            traceparent=http.trace_of(request),
        )
        answered: blanks.Answered = decision.state
        return Supply(
            application_id=application_id,
            university=answered.request.university,
            blanks=answered.blanks,
            supplied_at=answered.at,
        )

    return router
