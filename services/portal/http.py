"""The portal's public HTTP. Each file is one group of routes."""

from fastapi import APIRouter, FastAPI

from services.portal.account import access
from services.portal.account import http as sign_in
from services.portal.duplicates import http as applications
from services.portal.forms import http as forms
from services.portal.grants import committee
from services.portal.grants import http as grants
from services.portal.papers import http as page
from services.portal.papers.copies import http as attachments
from services.portal.papers.copies.scanner import Scanners
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
