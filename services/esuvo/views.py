"""What several of ESUVO's answers show alike: notices, what happened, and that something is not known."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, Field

from contracts.common import NoticeKind
from contracts.event import JsonObject
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.store import Store
from services.esuvo.notices.decide import Hop
from services.esuvo.notices.rows import ITS_NOTICES
from services.esuvo.streams import notice_stream

ApplicationId = Annotated[UUID, Path(description="the application's id, as the portal gave it")]

# Where the applicant's particulars stand in events of ours.
_PERSONAL: Final = {"request", "standing", "at"}


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


async def notices_of(store: Store, application_id: UUID) -> list[NoticeView]:
    rows = await store.rows(ITS_NOTICES, application_id)
    return [NoticeView.model_validate(each) for each in rows]


async def history_of(store: Store, streams: Iterable[str], notices: Sequence[NoticeView]) -> list[Happened]:
    """Everything that happened in `streams` and to `notices`, oldest first."""
    happened = [
        Happened(at=at, event=event.name, details=event.model_dump(mode="json", exclude=_PERSONAL))
        for stream in (*streams, *(notice_stream(each.notice_id) for each in notices))
        for at, event in await store.history(stream)
    ]
    return sorted(happened, key=lambda each: each.at)


def not_found(code: str, rule: str, known: str = "/requests") -> http.Problem:
    remedy = f"check the id; GET {known} lists those that are known"
    return http.Problem(404, code, rule, [Violation("/path/application_id", rule, remedy)])
