"""For admission committees, and a university's own system: the copies that an electronic application came with (GRANT-E-2)."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from contracts.desks import Desk
from contracts.grants import Attachment, AttachmentKind
from services._chassis import http
from services._chassis.errors import Violation
from services._chassis.http import Problem
from services._chassis.running import Running
from services.portal.account.access import PROBLEMS, Parts
from services.portal.grants import decide as grant
from services.portal.grants.follows import GRANT
from services.portal.papers.copies import rows as copies
from services.portal.papers.copies.http import CONTENT, download
from services.portal.settings import Settings


def router(settings: Settings) -> APIRouter:
    """For the operator's token, and that of the committee's desk: events name a copy by its hash, and this is where it lies."""
    committee = http.operator_or_desk(settings.operator_token, settings.desk_tokens, Desk.ADMISSION_COMMITTEE)
    routes = APIRouter(
        prefix="/grant-applications/{application_id}/copies",
        dependencies=[Depends(committee)],
        responses=PROBLEMS,
        tags=["committee"],
    )

    @routes.get("")
    async def copies_of_an_application(
        application_id: UUID, request: Request, chassis: Parts
    ) -> tuple[Attachment, ...]:
        """What lies with the application."""
        return (await _application(request, chassis, application_id)).attachments

    @routes.get("/{kind}", response_class=Response, responses=CONTENT)
    async def copy_of_an_application(
        application_id: UUID, kind: AttachmentKind, request: Request, chassis: Parts
    ) -> Response:
        """One of them as it was uploaded."""
        application = await _application(request, chassis, application_id)
        digest = next((each.digest for each in application.attachments if each.kind is kind), None)
        found = await copies.read(chassis.store, application.request.applicant.iin, digest) if digest else None
        if found is None:
            rule = f"the application came without a copy of this kind: {kind}"
            remedy = "GET …/copies lists those that lie with it"
            raise Problem(404, "attachment.unknown", rule, [Violation("/path/kind", rule, remedy)])
        return download(*found)

    return routes


async def _application(request: Request, chassis: Running, application_id: UUID) -> grant.Application:
    """The application; its committee is that of the first choice, which registers it (GRANT-E-2)."""
    state = (await chassis.store.read(GRANT.stream(application_id))).state
    if not isinstance(state, grant.Application):
        rule = "no application for a grant of this id was filed at the portal"
        remedy = "take the id of an application that came electronically"
        raise Problem(404, "application.unknown", rule, [Violation("/path/application_id", rule, remedy)])
    http.require_place(request, state.request.choices[0].university)
    return state
