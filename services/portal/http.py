"""The portal's public HTTP. Each file is one group of routes."""

from fastapi import APIRouter, FastAPI

from services.portal.api import access, applications, attachments, committee, forms, grants, sign_in
from services.portal.documents import page
from services.portal.scanner import Scanners
from services.portal.settings import Settings


def router(settings: Settings, scanners: Scanners) -> APIRouter:
    """All routes of the portal; `scanners` look into files."""
    portal = access.Portal(settings, scanners)
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
