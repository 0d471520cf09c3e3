"""Applications for grants: the admission committee's counter, and where each of them stands."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, params
from pydantic import BaseModel, Field

from contracts.common import Channel, Collector, Refusal
from contracts.event import Text
from contracts.grants import AttachmentKind, GrantReceipt, GrantRequest, StudyLanguage, Via
from law.regulation import regulations
from law.regulation.campaign import COMMON
from law.universities import Universities
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.listing import PageSize, next_after
from services._chassis.running import running
from services.university_is import streams
from services.university_is.duplicates.case.http import ApplicationId, Happened, StepView, happened
from services.university_is.grants.application.intake import specialties
from services.university_is.grants.application.participation import Participation, participation
from services.university_is.grants.application.state import Grant, Status
from services.university_is.grants.application.terms import ENROLMENT
from services.university_is.steps import StepRecord

_PAGE: Final = """
select application_id, university, committee, status, channel, campaign, registration_number, registered_at
from grants
where ($1::text is null or university = $1) and ($2::text is null or status = $2)
  and ($3::uuid is null or application_id > $3)
order by application_id limit $4
"""
ENROLMENT_TITLE: Final = Text(
    kk="Студент қатарына қабылдау", ru="Зачисление обладателя гранта", en="Enrol the winner of the grant"
)


class GrantRow(BaseModel):
    application_id: UUID
    university: str = Field(description="the university that has to act: the committee's, then that of the award")
    committee: str = Field(description="the university whose committee registered the application")
    status: Status
    channel: Channel
    campaign: int
    registration_number: str
    registered_at: datetime


class GrantPage(BaseModel):
    grants: list[GrantRow]
    next: UUID | None = Field(description="give it as `after` to get the next page; null on the last one")


class AwardView(BaseModel):
    university: str
    specialty: str
    language: StudyLanguage
    via: Via
    choice: int
    round: int
    order_number: str = Field(description="number of the Ministry's order")
    certificate_number: str | None = Field(description="the certificate that lies here, or was handed over last")
    handed_over_at: datetime | None
    collector: Collector | None = Field(description="who took the certificate (EDGE-19)")
    enrolment_ends: datetime | None = Field(description="the last moment to enrol, while that is open (EDGE-35)")


class ScholarshipView(BaseModel):
    order_number: str
    order_date: str
    paid_from: str


class GrantView(BaseModel):
    application_id: UUID
    status: Status
    university: str
    committee: str
    channel: Channel
    campaign: int
    regulation: str
    registration_number: str
    filed_at: datetime
    request: GrantRequest
    documents: tuple[AttachmentKind, ...] = Field(description="what lay with the application")
    benefits_proven: bool = Field(description="whether proof lies with it for what it claims (EDGE-29)")
    receipt: GrantReceipt | None = Field(description="of a paper package (GRANT-P-1a)")
    participation: Participation = Field(description="content of the certificate of participation (GRANT-P-1b)")
    steps: list[StepView]
    refusal: Refusal | None
    merged_into: UUID | None = Field(description="the application by which the person takes part (EDGE-28)")
    award: AwardView | None
    scholarship: ScholarshipView | None
    history: list[Happened]


def router(operator: list[params.Depends], anyone: list[params.Depends], universities: Universities) -> APIRouter:
    """`anyone`: of the desks too, who read the application that lies before them."""
    routes = APIRouter(tags=["grants"])

    @routes.get("/grants", dependencies=operator)
    async def grants(
        request: Request,
        university: Annotated[str | None, Query(pattern=r"^[0-9]{3}$")] = None,
        status: Status | None = None,
        after: UUID | None = None,
        limit: PageSize = 100,
    ) -> GrantPage:
        """Applications for grants, in the order of their ids."""
        rows = await running(request).store.rows(_PAGE, university, status, after, limit)
        found = [GrantRow.model_validate(each) for each in rows]
        return GrantPage(grants=found, next=next_after(found, limit, lambda row: row.application_id))

    @routes.get("/grants/{application_id}", dependencies=anyone)
    async def grant(request: Request, application_id: ApplicationId) -> GrantView:
        """Where an application stands: receipt, certificate of participation, award, and everything that happened."""
        story = await running(request).store.story(streams.grant(application_id))
        if not isinstance(story.state, Grant):
            raise unknown_grant()
        return _view(story.state, universities, happened(story))

    return routes


def unknown_grant() -> http.Problem:
    rule = "no application for a grant of this id is registered"
    remedy = "check the id; GET /grants lists those that are known"
    return http.Problem(404, "grant.unknown", rule, [Violation("/path/application_id", rule, remedy)])


def _view(grant: Grant, universities: Universities, history: list[Happened]) -> GrantView:
    came, order = grant.registered, grant.scholarship
    return GrantView(
        application_id=grant.application_id,
        status=grant.status,
        university=grant.university,
        committee=came.university,
        channel=came.channel,
        campaign=came.campaign,
        regulation=came.regulation,
        registration_number=came.registration_number,
        filed_at=came.filed_at,
        request=came.request,
        documents=came.documents,
        benefits_proven=grant.benefits_proven,
        receipt=came.receipt,
        participation=participation(grant, universities, specialties()),
        steps=[_step(grant, each) for each in grant.steps],
        refusal=grant.refusal,
        merged_into=grant.merged_into,
        award=_award(grant),
        scholarship=ScholarshipView.model_validate(order.model_dump(mode="json")) if order else None,
        history=history,
    )


def _award(grant: Grant) -> AwardView | None:
    award, handed = grant.award, grant.handed_over
    if award is None:
        return None
    return AwardView(
        **award.model_dump(include={"university", "specialty", "language", "via", "choice", "round", "order_number"}),
        certificate_number=grant.certificate.certificate_number if grant.certificate else None,
        handed_over_at=handed.at if handed else None,
        collector=handed.collector if handed else None,
        enrolment_ends=grant.enrolment_ends,
    )


def _step(grant: Grant, record: StepRecord) -> StepView:
    return StepView(
        step=record.step,
        title=title(grant.registered.regulation, grant.registered.channel, record.step),
        started_at=record.started,
        due_at=record.due,
        done_at=record.done,
        met=record.met,
    )


def title(regulation: str, channel: Channel, step: str) -> Text:
    """The step in words; of the enrolment the regulation itself says nothing."""
    if step == ENROLMENT:
        return ENROLMENT_TITLE
    channels = regulations()[regulation].channels
    steps = (*channels[channel].steps, *(channels[COMMON].steps if COMMON in channels else ()))
    titles = next(each for each in steps if each.id == step).titles
    return Text(kk=titles.kk, ru=titles.ru, en=titles.en)
