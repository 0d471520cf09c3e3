"""The university's HTTP, for its operator: reference data and stock, cases, and every desk by hand."""

from fastapi import APIRouter, Depends

from contracts.universities import Universities
from services._chassis import http
from services.university_is.api import cases, counter, desks, supplies
from services.university_is.settings import Settings


def routers(settings: Settings, universities: Universities) -> tuple[APIRouter, ...]:
    operator = [Depends(http.operator_only(settings.operator_token))]
    return (
        supplies.router(operator, universities),
        counter.router(operator, universities),
        cases.router(operator, universities),
        desks.router(operator),
    )
