"""ESUVO's HTTP: the public list of universities, and for the operator requests, applications for grants and desks."""

from fastapi import APIRouter, Depends

from law.specialties import load_specialties
from services._chassis import http
from services.esuvo.duplicates.blanks import http as blanks
from services.esuvo.duplicates.request import http as requests
from services.esuvo.grants.application import http as grants
from services.esuvo.grants.campaign import by_hand
from services.esuvo.grants.campaign import http as campaigns
from services.esuvo.grants.campaign.competition import Competition, state_order
from services.esuvo.papers import http as documents
from services.esuvo.settings import Settings
from services.esuvo.universities import http as universities
from services.esuvo.universities.directory import Directory


def routers(
    settings: Settings, directory: Directory, competition: Competition | None = None, reserve: int = blanks.RESERVE
) -> tuple[APIRouter, ...]:
    """Without a competition: a usual one. `reserve`: blank forms of each kind that are sent beyond the missing one."""
    competition = competition or Competition(state_order(settings.state_order))
    operator = [Depends(http.operator_only(settings.operator_token))]
    return (
        universities.router(directory),
        requests.router(operator),
        grants.router(operator),
        blanks.router(reserve, operator),
        *campaigns.routers(settings, operator, competition, load_specialties()),
        by_hand.router(settings, operator, competition),
        documents.router(operator, competition, load_specialties(), directory.universities, settings.codes),
    )
