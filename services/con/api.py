"""The operator's HTTP at the counter: hand in, register, fill the form, issue the receipt; look up."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response, params
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.con import AcceptedDocument, OperatorName
from contracts.package import PackageDocument
from contracts.universities import University, load_universities
from services._chassis import http, ids
from services._chassis.batch import Decision
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.run import Running, running
from services.con import app, projections, texts
from services.con.domain.document import AlreadyOpen
from services.con.domain.events import Particulars, Step
from services.con.messaging import APPLICATION
from services.con.settings import Settings
from services.con.views import AnyStatus, ApplicationPage, ApplicationRow, ApplicationView, HistoryEntry, view

_PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {  # Any: FastAPI's own type
    status: {"description": why, "content": {http.PROBLEM: {}}}
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


def routers(settings: Settings) -> tuple[APIRouter, ...]:
    """All routes of the service centre; each asks for the operator's token."""
    operator = [Depends(http.operator_only(settings.operator_token))]
    return _counter(operator, load_universities()), _lookup(operator)


def _counter(operator: list[params.Depends], universities: Mapping[str, University]) -> APIRouter:
    router = APIRouter(tags=["counter"], dependencies=operator, responses=_PROBLEMS)

    @router.post("/applications", status_code=201)
    async def hand_in(body: HandInBody, request: Request, response: Response) -> ApplicationView:
        """Hand in a package (DUP-CON-1). Incomplete, it is refused with a receipt and nothing begins (EDGE-01).

        Repeated while an application for the document is open, the answer is that application (200, EDGE-11).
        """
        _require_known(body.university, universities)
        chassis = running(request)
        handing_in = app.hand_in(body.particulars, body.presented, body.operator, body.called_at, chassis.clock.now())
        application_id = handing_in.application_id
        try:
            decision = await _act(request, application_id, Step.HAND_IN, handing_in.decide)
            response.status_code = 201 if decision.events else 200
        except AlreadyOpen as first:
            response.status_code = 200
            application_id = first.application_id
        response.headers["location"] = f"/applications/{application_id}"
        return await _view(chassis, application_id)

    @router.post("/applications/{application_id}/registration")
    async def register(application_id: ApplicationId, body: ActBody, request: Request) -> ApplicationView:
        """Register the application and give it its number (DUP-CON-2)."""
        return await _act_on(request, application_id, Step.REGISTER, app.register(application_id, body.operator))

    @router.post("/applications/{application_id}/form")
    async def fill_form(application_id: ApplicationId, body: FormBody, request: Request) -> ApplicationView:
        """Flag the documents that are there on paper and record their scans (DUP-CON-3)."""
        return await _act_on(request, application_id, Step.FILL_FORM, app.fill_form(body.documents, body.operator))

    @router.post("/applications/{application_id}/receipt")
    async def issue_receipt(application_id: ApplicationId, body: ActBody, request: Request) -> ApplicationView:
        """Issue the receipt of acceptance (DUP-CON-4); the package then waits for dispatch."""
        return await _act_on(request, application_id, Step.ISSUE_RECEIPT, app.issue_receipt(body.operator))

    return router


def _lookup(operator: list[params.Depends]) -> APIRouter:
    router = APIRouter(tags=["look up"], dependencies=operator, responses=_PROBLEMS)

    @router.get("/applications")
    async def applications(
        request: Request,
        status: AnyStatus | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> ApplicationPage:
        """Packages in the order in which they were handed in, without personal data."""
        rows = await running(request).store.rows(projections.PAGE, status, after, limit)
        found = [ApplicationRow.model_validate(each) for each in rows]
        return ApplicationPage(applications=found, next=found[-1].id if len(found) == limit else None)

    @router.get("/applications/{application_id}")
    async def application(application_id: ApplicationId, request: Request) -> ApplicationView:
        """One application: where it stands, its steps and their deadlines, its receipt, its history."""
        return await _view(running(request), application_id)

    return router


def _require_known(university: str, universities: Mapping[str, University]) -> None:
    if university not in universities:
        rule = "documents go to the university concerned, so its code is one of the known ones (DUP-CON-5)"
        remedy = f"use one of {', '.join(universities)}"
        raise Problem(422, "university.unknown", rule, [Violation("/body/university", rule, remedy)])


async def _act_on(request: Request, application_id: UUID, step: Step, decide: app.Deciding) -> ApplicationView:
    await _view(running(request), application_id)  # an unknown application is a 404, not a contradiction
    await _act(request, application_id, step, decide)
    return await _view(running(request), application_id)


async def _act(request: Request, application_id: UUID, step: Step, decide: app.Deciding) -> Decision:
    chassis = running(request)
    return await chassis.commands.execute(
        APPLICATION.stream(application_id),
        decide,
        cause=ids.derive(chassis.clock.now(), application_id, step),
        correlation=application_id,
        traceparent=http.trace_of(request),
    )


async def _view(chassis: Running, application_id: UUID) -> ApplicationView:
    stream = APPLICATION.stream(application_id)
    history = tuple(
        HistoryEntry(at=at, what=event.name, title=texts.of(event)) for at, event in await chassis.store.history(stream)
    )
    found = view((await chassis.store.read(stream)).state, history)
    if found is None:
        rule = "an application is known by the id that its hand-in answered"
        violation = Violation("/path/application_id", rule, "list those that are known with GET /applications")
        raise Problem(404, "application.unknown", rule, [violation])
    return found
