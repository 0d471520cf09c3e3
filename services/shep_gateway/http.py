"""The gateway's HTTP: its journal, for the operator."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from contracts.common import NoticeKind
from services._chassis import http
from services._chassis.listing import PageSize, next_after
from services._chassis.running import running
from services.shep_gateway import rows
from services.shep_gateway.decide import Standing
from services.shep_gateway.settings import Settings


class JournalEntry(BaseModel):
    application_id: UUID
    notice_id: UUID
    kind: NoticeKind
    state: Standing
    attempts: int = Field(description="how often the notice was handed to the portal; 0 while it waits its turn")
    accepted_at: datetime = Field(description="virtual time, as all times here")
    confirmed_at: datetime | None = Field(description="set on an abandoned notice when the receipt came too late")
    abandoned_at: datetime | None


class JournalPage(BaseModel):
    entries: list[JournalEntry]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


def routers(settings: Settings) -> tuple[APIRouter, ...]:
    router = APIRouter(tags=["journal"], dependencies=[Depends(http.operator_only(settings.operator_token))])

    @router.get("/journal")
    async def journal(
        request: Request,
        application_id: UUID | None = None,
        state: Standing | None = None,
        after: UUID | None = None,
        limit: PageSize = 100,
    ) -> JournalPage:
        """Every message that passed, in the order of notice ids, which is the order of their making."""
        found = await running(request).store.rows(rows.PAGE, application_id, state, after, limit)
        entries = [JournalEntry.model_validate(each) for each in found]
        return JournalPage(entries=entries, next=next_after(entries, limit, lambda each: each.notice_id))

    return (router,)
