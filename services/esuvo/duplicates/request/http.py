"""Requests for duplicates, for the operator: where they stand and what happened to them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, params
from pydantic import BaseModel, Field

from contracts.common import Channel, DocumentKind, NoticeKind, Reason, RefusalCode, UniversityCode
from services._chassis.listing import PageSize, next_after
from services._chassis.running import running
from services.esuvo.duplicates.request import rows as queries
from services.esuvo.duplicates.request.events import Status
from services.esuvo.streams import request_stream
from services.esuvo.views import ApplicationId, Happened, NoticeView, history_of, not_found, notices_of


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
    overdue_step: str | None = Field(description="the step whose limit has passed while the university was silent")
    overdue_limit: str | None = Field(description="that limit, for example 4 working_day")
    overdue_since: datetime | None = Field(description="when the step was due")
    term_limit: str | None = Field(description="the term of the whole service, where it has passed")
    term_passed_at: datetime | None = Field(description="when that term ended")
    told_otherwise: NoticeKind | None = Field(
        description="what the applicant was told against what the case came to; a notice of ESUVO corrects it"
    )
    notices_on_the_way: int
    notices_undeliverable: int
    filed_at: datetime
    updated_at: datetime


class RequestPage(BaseModel):
    requests: list[RequestRow]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


class RequestView(BaseModel):
    request: RequestRow
    notices: list[NoticeView]
    history: list[Happened]


def router(operator: list[params.Depends]) -> APIRouter:
    routes = APIRouter(tags=["requests"], dependencies=operator)

    @routes.get("/requests")
    async def requests(
        request: Request,
        status: Status | None = None,
        university: UniversityCode | None = None,
        after: UUID | None = None,
        limit: PageSize = 100,
        overdue: Annotated[bool | None, Query(description="a limit has passed while the university was silent")] = None,
        contradicted: Annotated[
            bool | None, Query(description="the applicant was told something else than the case came to")
        ] = None,
    ) -> RequestPage:
        """Requests in the order of their ids, which is the order of filing."""
        store = running(request).store
        rows = await store.rows(queries.PAGE, status, university, after, limit, overdue, contradicted)
        found = [RequestRow.model_validate(each) for each in rows]
        return RequestPage(requests=found, next=next_after(found, limit, lambda row: row.application_id))

    @routes.get("/requests/{application_id}")
    async def one(request: Request, application_id: ApplicationId) -> RequestView:
        """Where a request stands, its notices, and everything that happened to it at ESUVO."""
        store = running(request).store
        found = await store.rows(queries.ONE, application_id)
        if not found:
            raise not_found("request.unknown", "no application of this id has come from the portal")
        its = await notices_of(store, application_id)
        history = await history_of(store, [request_stream(application_id)], its)
        return RequestView(request=RequestRow.model_validate(found[0]), notices=its, history=history)

    return routes
