"""Reading cases: where they stand, which deadlines they kept, what happened to them."""

import json
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, params
from pydantic import BaseModel, Field

from contracts.common import (
    Blank,
    Channel,
    Collector,
    Correction,
    DocumentKind,
    DuplicateRequest,
    Notice,
    Reason,
    Refusal,
)
from contracts.event import JsonObject, Text
from law.regulation import regulations
from law.universities import Universities
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.listing import PageSize, next_after
from services._chassis.running import running
from services._chassis.store import Story
from services.university_is import streams
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import notices
from services.university_is.duplicates.case.state import Case, NoticeState, Status, Unopened
from services.university_is.steps import StepRecord

ApplicationId: TypeAlias = Annotated[UUID, Path(description="the application's id, as the portal gave it")]

_PAGE: Final = """
select application_id, university, status, document_kind, reason, channel, regulation, incoming_number, filed_at
from cases
where ($1::text is null or university = $1) and ($2::text is null or status = $2)
  and ($3::uuid is null or application_id > $3)
order by application_id limit $4
"""
_DEADLINES: Final = """
select step ->> 'step' as step,
       count(*) filter (where step -> 'met' = 'true') as met,
       count(*) filter (where step -> 'met' = 'false') as missed,
       count(*) filter (where step -> 'met' = 'null') as open
from (select university, steps from cases union all select university, steps from grants) as those,
    jsonb_array_elements(steps) as step
where $1::text is null or university = $1
group by 1 order by 1
"""


class CaseRow(BaseModel):
    application_id: UUID
    university: str
    status: Status
    document_kind: DocumentKind
    reason: Reason
    channel: Channel
    regulation: str = Field(description="the regulation that governs the case from its filing date (EDGE-37)")
    incoming_number: str | None
    filed_at: datetime


class CasePage(BaseModel):
    cases: list[CaseRow]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


class StepView(BaseModel):
    step: str = Field(description="the regulation's id, or `overall` for the term of the whole service")
    title: Text | None
    started_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    met: bool | None = Field(description="whether the deadline was kept; null while that is open")


class NoticeView(BaseModel):
    state: NoticeState
    attempts: int
    notice: Notice


class Happened(BaseModel):
    at: datetime = Field(description="virtual time")
    event: str
    details: JsonObject


class CaseView(BaseModel):
    application_id: UUID
    status: Status
    incoming_number: str | None
    reference_note: str | None
    regulation: str
    channel: Channel
    filed_at: datetime
    request: DuplicateRequest = Field(description="as last corrected")
    steps: list[StepView]
    corrections: tuple[Correction, ...] = Field(description="what the applicant was last asked to put right")
    refusal: Refusal | None
    blanks: tuple[Blank, ...]
    collector: Collector | None = Field(description="who took the duplicate home (EDGE-19)")
    issue_number: int | None = Field(description="number of this duplicate among all of the same document (EDGE-24)")
    original_annulled: bool = Field(description="whether the lost original was found and annulled (EDGE-25)")
    notices: list[NoticeView]
    history: list[Happened]


class DeadlineCount(BaseModel):
    step: str
    met: int
    missed: int
    open: int


def router(operator: list[params.Depends], anyone: list[params.Depends], universities: Universities) -> APIRouter:
    """`anyone`: of the desks too, who read the case that lies before them."""
    routes = APIRouter(tags=["cases"])

    @routes.get("/cases", dependencies=operator)
    async def cases(
        request: Request,
        university: Annotated[str | None, Query(pattern=r"^[0-9]{3}$")] = None,
        status: Status | None = None,
        after: UUID | None = None,
        limit: PageSize = 100,
    ) -> CasePage:
        """Cases in the order of their ids, which is the order of filing."""
        rows = await running(request).store.rows(_PAGE, university, status, after, limit)
        found = [CaseRow.model_validate(each) for each in rows]
        return CasePage(cases=found, next=next_after(found, limit, lambda row: row.application_id))

    @routes.get("/cases/{application_id}", dependencies=anyone)
    async def case(request: Request, application_id: ApplicationId) -> CaseView:
        """Where a case stands: steps with their deadlines, notices, blank forms and everything that happened."""
        return await read_case(request, application_id, universities)

    @routes.get("/deadlines", dependencies=operator)
    async def deadlines(
        request: Request, university: Annotated[str | None, Query(pattern=r"^[0-9]{3}$")] = None
    ) -> list[DeadlineCount]:
        """Per step of the regulation, how many deadlines were met, missed and are open."""
        rows = await running(request).store.rows(_DEADLINES, university)
        return [DeadlineCount.model_validate(each) for each in rows]

    return routes


async def read_case(request: Request, application_id: UUID, universities: Universities) -> CaseView:
    """The view of a case; a problem of status 404 when there is none."""
    story = await running(request).store.story(streams.case(application_id))
    if isinstance(story.state, Unopened):
        raise unknown_case()
    return _view(story.state, happened(story), universities)


def happened(story: Story) -> list[Happened]:
    """Everything that happened to a case or a grant, oldest first."""
    return [
        Happened(at=at, event=event.name, details=json.loads(event.model_dump_json(exclude={"at"})))
        for at, event in story.history
    ]


def unknown_case() -> http.Problem:
    rule = "no request of this application has come to the university"
    remedy = "check the id; GET /cases lists those that are known"
    return http.Problem(404, "case.unknown", rule, [Violation("/path/application_id", rule, remedy)])


def _view(case: Case, history: list[Happened], universities: Universities) -> CaseView:
    university = universities[case.university]
    return CaseView(
        application_id=case.application_id,
        status=case.status,
        incoming_number=case.incoming_number,
        reference_note=case.reference.note if case.reference else None,
        regulation=case.opened.regulation,
        channel=case.opened.channel,
        filed_at=case.opened.filed_at,
        request=case.request,
        steps=[_step(case, each) for each in (*case.steps, *([case.overall] if case.overall else []))],
        corrections=case.corrections,
        refusal=case.refusal,
        blanks=case.blanks,
        collector=case.issued.collector if case.issued else None,
        issue_number=case.issued.number if case.issued else None,
        original_annulled=case.issued is not None and case.issued.original_annulled,
        notices=[
            NoticeView(state=each.state, attempts=each.attempts, notice=notices.notice(case, each, university))
            for each in case.notices
        ],
        history=history,
    )


def _step(case: Case, record: StepRecord) -> StepView:
    return StepView(
        step=record.step,
        title=_title(case, record.step),
        started_at=record.started,
        due_at=record.due,
        done_at=record.done,
        met=record.met,
    )


def _title(case: Case, step: str) -> Text | None:
    if step == terms.OVERALL:
        return None
    titles = regulations()[case.opened.regulation].channel(case.opened.channel).step(step).titles
    return Text(kk=titles.kk, ru=titles.ru, en=titles.en)
