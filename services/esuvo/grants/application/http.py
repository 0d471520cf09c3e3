"""Applications for grants and the common database, for the operator: where they stand, without personal data."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, params
from pydantic import BaseModel, Field

from contracts.common import Channel, RefusalCode, SpecialtyCode, UniversityCode
from contracts.grants import CampaignYear, Quota, StudyLanguage, Via
from contracts.iin import mask
from services._chassis.aggregate import Row
from services._chassis.listing import PageSize, next_after
from services._chassis.running import running
from services._chassis.store import Store
from services.esuvo.grants.application import rows as queries
from services.esuvo.grants.application.state import GrantStatus
from services.esuvo.grants.contender.rows import ITS_CONTENDER
from services.esuvo.grants.contender.state import ContenderStatus
from services.esuvo.streams import contender_stream, grant_stream
from services.esuvo.views import ApplicationId, Happened, NoticeView, history_of, not_found, notices_of

_UNKNOWN: Final = "no application for a grant of this id has come from the portal, or from a committee"


class GrantRequestRow(BaseModel):
    application_id: UUID
    university: UniversityCode
    channel: Channel
    status: GrantStatus
    refusal_code: RefusalCode | None
    campaign: CampaignYear | None
    registration_number: str | None = Field(description="the committee's; null until it forwards the application")
    overdue_step: str | None = Field(description="the step whose limit has passed while the committee was silent")
    overdue_limit: str | None = Field(description="that limit, for example 2 working_day")
    overdue_since: datetime | None = Field(description="when the step was due")
    filed_at: datetime
    updated_at: datetime


class GrantRequestPage(BaseModel):
    grant_requests: list[GrantRequestRow]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


class GrantRequestView(BaseModel):
    grant_request: GrantRequestRow
    notices: list[NoticeView]
    history: list[Happened]


class ContenderRow(BaseModel):
    """A person in the common database; the number is masked, the name left out."""

    masked_iin: str
    campaign: CampaignYear
    status: ContenderStatus
    application_id: UUID = Field(description="the application that counts (EDGE-28)")
    channel: Channel
    university: UniversityCode = Field(description="the committee that forwarded it")
    registration_number: str
    language: StudyLanguage
    total: int
    preferential_rank: int = Field(description="1 for the first of the preferential rights, 0 for none")
    quota: Quota | None = Field(description="as it counts: without proof it does not (EDGE-29)")
    rural: bool
    choices: list[SpecialtyCode]
    refusal_code: RefusalCode | None
    round: int | None
    order_number: str | None
    choice: int | None
    via: Via | None
    awarded_specialty: SpecialtyCode | None
    awarded_university: UniversityCode | None
    certificate_number: str | None
    entered_at: datetime
    updated_at: datetime


class ContenderView(BaseModel):
    contender: ContenderRow
    merged: bool = Field(description="whether another application of the person counts, and not the one asked for")
    history: list[Happened]


def router(operator: list[params.Depends]) -> APIRouter:
    routes = APIRouter(tags=["grants"], dependencies=operator)

    @routes.get("/grant-requests")
    async def grant_requests(
        request: Request,
        status: GrantStatus | None = None,
        university: UniversityCode | None = None,
        after: UUID | None = None,
        limit: PageSize = 100,
        overdue: Annotated[bool | None, Query(description="a limit has passed while the committee was silent")] = None,
    ) -> GrantRequestPage:
        """Applications for grants in the order of their ids, which is the order of filing."""
        rows = await running(request).store.rows(queries.PAGE, status, university, after, limit, overdue)
        found = [GrantRequestRow.model_validate(each) for each in rows]
        return GrantRequestPage(grant_requests=found, next=next_after(found, limit, lambda row: row.application_id))

    @routes.get("/grant-requests/{application_id}")
    async def grant_request(request: Request, application_id: ApplicationId) -> GrantRequestView:
        """Where an application stands between portal, committee and register, its notices, and what happened to it."""
        store = running(request).store
        row = await _application(store, application_id)
        its = await notices_of(store, application_id)
        history = await history_of(store, [grant_stream(application_id)], its)
        return GrantRequestView(grant_request=GrantRequestRow.model_validate(row), notices=its, history=history)

    @routes.get("/contenders/{application_id}")
    async def contender(request: Request, application_id: ApplicationId) -> ContenderView:
        """Where the person of this application stands in the common database, and what happened to them there."""
        store = running(request).store
        key = (await _application(store, application_id))["contender"]
        found = await store.rows(ITS_CONTENDER, key)
        if not found:
            raise not_found("contender.unknown", "the application has not reached the register", "/grant-requests")
        shown = {**found[0], "masked_iin": mask(str(found[0]["iin"]))}
        row = ContenderRow.model_validate(shown)
        history = await history_of(store, [contender_stream(str(key))], ())
        return ContenderView(contender=row, merged=row.application_id != application_id, history=history)

    return routes


async def _application(store: Store, application_id: UUID) -> Row:
    found = await store.rows(queries.ONE, application_id)
    if not found:
        raise not_found("grant.unknown", _UNKNOWN, "/grant-requests")
    return found[0]
