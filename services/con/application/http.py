"""The operator's HTTP: the acts at the counter, the courier's by hand, the applicant's wishes, the hand-over; look up."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response, params
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.common import Collector, GraduationYear, SpecialtyCode
from contracts.con_applications import AcceptedDocument, OperatorName
from contracts.desks import Desk, DeskTasks
from contracts.package import PackageDocument
from law.name_change import fault
from law.universities import Universities
from services._chassis import http
from services._chassis.decider import Refused
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.listing import PageSize, next_after
from services._chassis.problems import PROBLEM
from services._chassis.running import Running, act, running
from services.con.application import rows, streams, texts
from services.con.application import use_cases as app
from services.con.application.events import Particulars
from services.con.application.state import Package, TurnedAway
from services.con.application.views import (
    AnyStatus,
    ApplicationPage,
    ApplicationRow,
    ApplicationView,
    HistoryEntry,
    task,
    view,
)
from services.con.document import AlreadyOpen
from services.con.settings import Settings

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {  # Any: FastAPI's own type
    status: {"description": why, "content": {PROBLEM: {}}}
    for status, why in (
        (401, "not the operator"),
        (404, "no such application"),
        (409, "the application's state forbids it"),
        (413, "the body is over the limit"),
        (422, "the body breaks a rule; `violations` names field, rule and remedy"),
    )
}

ApplicationId = Annotated[UUID, Path(description="the application's id, as the hand-in answered it")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActBody(Body):
    operator: OperatorName = Field(description="surname and initials of who acts, for example Ахметова Ә. Б.")


class HandInBody(ActBody, Particulars):
    """The package on the counter (DUP-CON-1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    presented: frozenset[PackageDocument] = Field(description="the documents that the applicant laid down")
    called_at: AwareDatetime | None = Field(
        default=None, description="virtual time when the applicant came to the counter; left out, it is now"
    )

    @property
    def particulars(self) -> Particulars:
        return Particulars(**self.model_dump(include=set(Particulars.model_fields)))


class FormBody(ActBody):
    """The request form with its flags and scans (DUP-CON-3)."""

    documents: tuple[AcceptedDocument, ...] = Field(min_length=1, max_length=len(PackageDocument))


class CorrectionBody(ActBody):
    """What the applicant puts right, as the university asked."""

    specialty: SpecialtyCode
    graduation_year: GraduationYear


class HandOverBody(ActBody):
    """Who takes the duplicate home (DUP-CON-10, EDGE-19)."""

    collector: Collector
    came_at: AwareDatetime | None = Field(
        default=None, description="virtual time when the collector came; left out, it is now"
    )


def routers(settings: Settings, universities: Universities) -> tuple[APIRouter, ...]:
    """All routes of the service centre; each asks for the operator's token or for that of its desk."""

    def at(*which: Desk) -> list[params.Depends]:
        return [Depends(http.operator_or_desk(settings.operator_token, settings.desk_tokens, *which)), Depends(_own)]

    counter, courier = at(Desk.CON_OPERATOR), at(Desk.COURIER)
    return _counter(counter, universities), _journey(counter), _courier(courier), _lookup(counter)


async def _own(request: Request) -> None:
    """A desk's token acts on the applications that go to its university."""
    if http.place_of(request) == http.EVERYWHERE or "application_id" not in request.path_params:
        return
    try:
        application_id = UUID(str(request.path_params["application_id"]))
    except ValueError:
        return  # the route says that it is none
    match (await running(request).store.read(streams.application(application_id))).state:
        case Package(current=asked) | TurnedAway(particulars=asked):
            http.require_place(request, asked.university)


def _counter(operator: list[params.Depends], universities: Universities) -> APIRouter:
    router = APIRouter(tags=["counter"], dependencies=operator, responses=_PROBLEMS)

    @router.post("/applications", status_code=201)
    async def hand_in(body: HandInBody, request: Request, response: Response) -> ApplicationView:
        """Hand in a package (DUP-CON-1). Incomplete, it is refused with a receipt and nothing begins (EDGE-01).

        Repeated while an application for the document is open, the answer is that application (200, EDGE-11).
        """
        _require_known(body.university, universities)
        http.require_place(request, body.university)
        chassis = running(request)
        _require_proof(body)
        handing_in = app.hand_in(body.particulars, body.presented, body.operator, body.called_at, chassis.clock.now())
        application_id = handing_in.application_id
        try:
            stream = streams.application(application_id)
            decision = await act(request, stream, handing_in.decide, "hand-in", about=application_id)
            response.status_code = 201 if decision.events else 200
        except AlreadyOpen as first:
            response.status_code = 200
            application_id = first.application_id
        response.headers["location"] = f"/applications/{application_id}"
        return await _view(chassis, application_id)

    @router.post("/applications/{application_id}/registration")
    async def register(application_id: ApplicationId, body: ActBody, request: Request) -> ApplicationView:
        """Register the application and give it its number (DUP-CON-2)."""
        return await _act_on(request, application_id, "registration", app.register(application_id, body.operator))

    @router.post("/applications/{application_id}/form")
    async def fill_form(application_id: ApplicationId, body: FormBody, request: Request) -> ApplicationView:
        """Flag the documents that are there on paper and record their scans (DUP-CON-3)."""
        return await _act_on(request, application_id, "form", app.fill_form(body.documents, body.operator))

    @router.post("/applications/{application_id}/receipt")
    async def issue_receipt(application_id: ApplicationId, body: ActBody, request: Request) -> ApplicationView:
        """Issue the receipt of acceptance (DUP-CON-4); the package then waits for dispatch."""
        return await _act_on(request, application_id, "receipt", app.issue_receipt(body.operator))

    return router


def _journey(operator: list[params.Depends]) -> APIRouter:
    router = APIRouter(tags=["to the university and back"], dependencies=operator, responses=_PROBLEMS)

    @router.post("/applications/{application_id}/dispatch")
    async def dispatch(application_id: ApplicationId, body: ActBody, request: Request) -> ApplicationView:
        """Give the package to the courier (DUP-CON-5); the term runs until it is delivered."""
        return await _act_on(request, application_id, "dispatch", app.dispatch(application_id, body.operator))

    @router.post("/applications/{application_id}/correction")
    async def correct(application_id: ApplicationId, body: CorrectionBody, request: Request) -> ApplicationView:
        """Correct an application that the university returned."""
        decide = app.correct(body.specialty, body.graduation_year, body.operator)
        return await _act_on(request, application_id, "correction", decide)

    @router.post("/applications/{application_id}/withdrawal")
    async def withdraw(application_id: ApplicationId, body: ActBody, request: Request) -> ApplicationView:
        """Withdraw: at once before dispatch, afterwards on the university's word (EDGE-21)."""
        return await _act_on(request, application_id, "withdrawal", app.withdraw(body.operator))

    @router.post("/applications/{application_id}/handover")
    async def hand_over(application_id: ApplicationId, body: HandOverBody, request: Request) -> ApplicationView:
        """Hand the duplicate over to the applicant or an authorised representative (DUP-CON-10, EDGE-19)."""
        decide = app.hand_over(body.collector, body.operator, body.came_at)
        return await _act_on(request, application_id, "handover", decide)

    return router


def _courier(courier: list[params.Depends]) -> APIRouter:
    router = APIRouter(tags=["courier, by hand"], dependencies=courier, responses=_PROBLEMS)

    @router.post("/applications/{application_id}/delivery")
    async def deliver(application_id: ApplicationId, _body: Body, request: Request) -> ApplicationView:
        """The courier has given the package to the university: DUP-CON-5 is done."""
        return await _act_on(request, application_id, "delivery", app.deliver())

    @router.post("/applications/{application_id}/duplicate-arrival")
    async def take_in(application_id: ApplicationId, _body: Body, request: Request) -> ApplicationView:
        """The courier has brought the duplicate; the applicant is told."""
        return await _act_on(request, application_id, "duplicate-arrival", app.take_in_duplicate())

    @router.post("/applications/{application_id}/duplicate-return")
    async def bring_back(application_id: ApplicationId, _body: Body, request: Request) -> ApplicationView:
        """The courier has returned an uncollected duplicate to the university (EDGE-18)."""
        return await _act_on(request, application_id, "duplicate-return", app.bring_back())

    return router


def _lookup(operator: list[params.Depends]) -> APIRouter:
    router = APIRouter(tags=["look up"], dependencies=operator, responses=_PROBLEMS)

    @router.get("/applications")
    async def applications(
        request: Request,
        status: AnyStatus | None = None,
        after: UUID | None = None,
        limit: PageSize = 100,
    ) -> ApplicationPage:
        """Packages in the order in which they were handed in, without personal data."""
        place = http.place_of(request)
        own = None if place == http.EVERYWHERE else place
        read = await running(request).store.rows(rows.PAGE, status, after, limit, own)
        found = [ApplicationRow.model_validate(each) for each in read]
        return ApplicationPage(applications=found, next=next_after(found, limit, lambda each: each.id))

    @router.get("/tasks")
    async def tasks(
        request: Request,
        university: Annotated[str | None, Query(pattern=r"^[0-9]{3}$")] = None,
        desk: Desk = Desk.CON_OPERATOR,
        overdue: bool = False,  # noqa: FBT001, FBT002 - a query parameter
        after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: PageSize = 100,
    ) -> DeskTasks:
        """What the operator has to do, the most urgent first; a duplicate that is ready waits without a term."""
        if desk is not Desk.CON_OPERATOR:
            return DeskTasks(tasks=[])
        place = http.place_of(request)
        if place != http.EVERYWHERE:
            http.require_place(request, university or place)
            university = place
        chassis = running(request)
        found = await chassis.store.rows(rows.TASKS, university, overdue, chassis.clock.now(), after, limit)
        return DeskTasks(
            tasks=[task(each) for each in found], next_page=str(after + limit) if len(found) == limit else None
        )

    @router.get("/applications/{application_id}")
    async def application(application_id: ApplicationId, request: Request) -> ApplicationView:
        """One application: where it stands, its steps and their deadlines, its receipt, its history."""
        return await _view(running(request), application_id)

    return router


def _require_proof(body: HandInBody) -> None:
    """The certificate of a change of name that lies on the counter is entered as well; a package without it is refused later."""
    found = fault(body.reason, body.name_change_certificate, body.applicant)
    if found and PackageDocument.NAME_CHANGE_CERTIFICATE in body.presented:
        violations = [Violation(f"/body/{found.field}", found.rule, found.remedy)]
        raise Problem(422, "package.name-unproven", found.rule, violations)


def _require_known(university: str, universities: Universities) -> None:
    if university not in universities:
        rule = "documents go to the university concerned, so its code is one of the known ones (DUP-CON-5)"
        remedy = f"use one of {', '.join(universities)}"
        raise Problem(422, "university.unknown", rule, [Violation("/body/university", rule, remedy)])


async def _act_on(request: Request, application_id: UUID, label: str, decide: app.Deciding) -> ApplicationView:
    try:
        await act(request, streams.application(application_id), decide, label, about=application_id)
    except Refused:
        await _view(running(request), application_id)  # an unknown application is a 404, not a contradiction
        raise
    return await _view(running(request), application_id)


async def _view(chassis: Running, application_id: UUID) -> ApplicationView:
    story = await chassis.store.story(streams.application(application_id))
    history = tuple(HistoryEntry(at=at, what=event.name, title=texts.of(event)) for at, event in story.history)
    found = view(story.state, history)
    if found is None:
        rule = "an application is known by the id that its hand-in answered"
        violation = Violation("/path/application_id", rule, "list those that are known with GET /applications")
        raise Problem(404, "application.unknown", rule, [violation])
    return found
