"""The portal's public HTTP. Each file is one group of routes."""

from fastapi import APIRouter

from services.portal.api import access, applications, sign_in
from services.portal.settings import Settings


def router(settings: Settings) -> APIRouter:
    """All routes of the portal."""
    portal = access.Portal(settings)
    routes = APIRouter()
    for group in (sign_in, applications):
        routes.include_router(group.router(portal))
    return routes
