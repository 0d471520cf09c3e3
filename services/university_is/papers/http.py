"""Documents to print: those of a case, of an application for a grant, and the rector's orders."""

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, params
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from contracts.common import UniversityCode
from contracts.issued_documents import Codes, DocumentIssued, PaperKind, VerificationCode
from law.universities import Universities
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.problems import PROBLEM
from services._chassis.running import Running, act, running
from services._papers import facts as f
from services._papers.render import HEADERS, render
from services.university_is import streams
from services.university_is.duplicates.case.http import ApplicationId, unknown_case
from services.university_is.duplicates.case.state import Case
from services.university_is.grants.application.http import unknown_grant
from services.university_is.grants.application.intake import specialties
from services.university_is.grants.application.state import Grant
from services.university_is.papers import decide as paper
from services.university_is.papers import facts as documents

T = TypeVar("T", f.Facts, DocumentIssued)
OfCase = Literal[PaperKind.REFERENCE_NOTE, PaperKind.READINESS_NOTICE]
OfGrant = Literal[PaperKind.GRANT_RECEIPT, PaperKind.PARTICIPATION_CERTIFICATE]

_STUDENTS: Final = """
select application_id from grants where scholarship_order = $1 and university = $2
order by registration_number, application_id limit 5000
"""
_PAGE: Final[dict[str, Any]] = {  # Any: FastAPI's own type
    "response_class": HTMLResponse,
    "responses": {404: {"description": "not given yet, or unknown", "content": {PROBLEM: {}}}},
}


class Printed(BaseModel):
    """A document stands in the registry."""

    code: VerificationCode = Field(description="the portal's page /documents/{code} finds it")
    kind: PaperKind
    number: str


def router(anyone: list[params.Depends], universities: Universities, codes: Codes) -> APIRouter:
    """For the operator and the people of the desks: what is printed holds personal data."""
    routes = APIRouter(tags=["documents"], dependencies=anyone)

    @routes.get("/cases/{application_id}/documents/{kind}", **_PAGE)
    async def of_a_case(request: Request, application_id: ApplicationId, kind: OfCase) -> Response:
        """The reference note, or the readiness notice, as a page to print (DUP-PAPER-2, DUP-PAPER-6)."""
        chassis = running(request)
        case = await _case(chassis, application_id)
        facts = _given(documents.of_case(kind, case, universities[case.university], codes), kind)
        registered = (await chassis.store.read(streams.paper(kind, facts.number, application_id))).state
        # What stands in the registry stays, whatever the secret is by now.
        code = registered.code if isinstance(registered, DocumentIssued) else facts.code
        return _page(facts.model_copy(update={"code": code}))

    @routes.post("/cases/{application_id}/documents/{kind}")
    async def print_of_a_case(request: Request, application_id: ApplicationId, kind: OfCase) -> Printed:
        """Print it: from now on the portal's page knows its code. Printing again changes nothing."""
        chassis = running(request)
        case = await _case(chassis, application_id)
        document = _given(documents.issued_of_case(kind, case, universities[case.university], codes), kind)
        stream = streams.paper(kind, document.number, application_id)
        decision = await act(request, stream, partial(_once, document), "print", kind, about=application_id)
        registered: DocumentIssued = decision.state
        return Printed(code=registered.code, kind=registered.kind, number=registered.number)

    @routes.get("/grants/{application_id}/documents/{kind}", **_PAGE)
    async def of_a_grant(request: Request, application_id: ApplicationId, kind: OfGrant) -> Response:
        """The receipt (GRANT-P-1a), or the certificate of participation (GRANT-P-1b), as a page to print."""
        grant = (await running(request).store.read(streams.grant(application_id))).state
        if not isinstance(grant, Grant):
            raise unknown_grant()
        if kind is PaperKind.GRANT_RECEIPT:
            return _page(_given(documents.receipt(grant, universities, codes), kind))
        return _page(_given(documents.certificate(grant, universities, specialties(), codes), kind))

    @routes.get("/universities/{university}/scholarship-orders/{number:path}", **_PAGE)
    async def order(
        request: Request,
        university: UniversityCode,
        number: Annotated[str, Path(max_length=60, description="number of the order")],
    ) -> Response:
        """The rector's order with all whom it names (GRANT-C-9s)."""
        store = running(request).store
        rows = await store.rows(_STUDENTS, number, university) if university in universities else []
        read = [(await store.read(streams.grant(str(row["application_id"])))).state for row in rows]
        students = [each for each in read if isinstance(each, Grant) and each.scholarship]
        assigned = students[0].scholarship if students else None
        if assigned is None:
            rule = "the university has no scholarship order of this number"
            remedy = "GET /grants/{application_id} of a winner shows the number of the order"
            raise http.Problem(404, "order.unknown", rule, [Violation("/path/number", rule, remedy)])
        return _page(documents.scholarship_order(universities[university], assigned, students, specialties(), codes))

    return routes


def _once(document: DocumentIssued, state: paper.Paper, _at: object) -> Any:  # Any: as Decide has it
    return paper.issue(document, state)


async def _case(chassis: Running, application_id: UUID) -> Case:
    case = (await chassis.store.read(streams.case(application_id))).state
    if not isinstance(case, Case):
        raise unknown_case()
    return case


def _given(document: T | None, kind: PaperKind) -> T:
    if document:
        return document
    rule = f"the {kind.replace('_', ' ')} is given when its step is done, and it is not"
    remedy = "read the application: its steps show what is still to be done"
    raise http.Problem(404, "document.not-given", rule, [Violation("/path/kind", rule, remedy)])


def _page(facts: f.Facts) -> Response:
    return HTMLResponse(render(facts), headers=HEADERS)
