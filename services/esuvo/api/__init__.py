"""ESUVO's HTTP: the public list of universities, and for the operator the requests and the Ministry's desk."""

from fastapi import APIRouter, Depends

from services._chassis import http
from services.esuvo.api import ministry, requests, universities
from services.esuvo.directory import Directory
from services.esuvo.settings import Settings


def routers(settings: Settings, directory: Directory) -> tuple[APIRouter, ...]:
    operator = [Depends(http.operator_only(settings.operator_token))]
    return (
        universities.router(directory),
        requests.router(operator),
        ministry.router(settings, operator),
    )
