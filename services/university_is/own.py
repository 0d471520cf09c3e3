"""A desk's token acts at its own university: whose an application is, asked before its route sees the request."""

from uuid import UUID

from fastapi import Depends, Request, params

from services._chassis import http
from services._chassis.running import running
from services.university_is import streams
from services.university_is.duplicates.case.state import Case
from services.university_is.grants.application.state import Grant


async def _own(request: Request) -> None:
    """What stands in the path. What stands in a body its route asks about."""
    if http.place_of(request) == http.EVERYWHERE:
        return
    named = request.path_params.get("code") or request.path_params.get("university")
    if named:
        http.require_place(request, str(named))
    if "application_id" in request.path_params:
        await _require_own_application(request, str(request.path_params["application_id"]))


async def _require_own_application(request: Request, text: str) -> None:
    try:
        application_id = UUID(text)
    except ValueError:
        return  # the route says that it is none
    grants = request.url.path.startswith("/grants/")
    stream = (streams.grant if grants else streams.case)(application_id)
    state = (await running(request).store.read(stream)).state
    if isinstance(state, Case | Grant):
        http.require_place(request, state.university)


OWN: params.Depends = Depends(_own)
