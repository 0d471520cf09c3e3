"""The portal's public HTTP. Each file is one group of routes."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI

from services.portal.api import access, applications, attachments, committee, forms, grants, sign_in
from services.portal.documents import page
from services.portal.settings import Settings


def router(settings: Settings, scan: Callable[[bytes, str], Awaitable[None]]) -> APIRouter:
    """All routes of the portal; `scan` raises Unfit for a file that is not what its media type says."""
    portal = access.Portal(settings, scan)
    routes = APIRouter()
    for group in (sign_in, applications, attachments, grants):
        routes.include_router(group.router(portal))
    routes.include_router(forms.router())
    routes.include_router(committee.router(settings))
    routes.include_router(page.router())
    return routes


def prepare(app: FastAPI) -> None:
    """Uploads are larger than other bodies."""
    app.add_middleware(attachments.OwnBody)
