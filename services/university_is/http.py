"""The university's HTTP, for its operator: reference data and stock, cases, and every desk by hand."""

import re

from fastapi import APIRouter, Depends, FastAPI, params

from contracts.desks import Desk
from law.left_open import Unproven
from law.universities import Universities
from services._chassis import http
from services.university_is import own, tasks
from services.university_is.duplicates.case import by_hand as desks
from services.university_is.duplicates.case import http as cases
from services.university_is.duplicates.counter import http as counter
from services.university_is.duplicates.ledger import http as ledger
from services.university_is.duplicates.register import http as register
from services.university_is.grants.application import by_hand as grant_desks
from services.university_is.grants.application import counter as grant_counter
from services.university_is.grants.application import http as grants
from services.university_is.papers import http as documents
from services.university_is.settings import Settings


def routers(
    settings: Settings, universities: Universities, unproven: Unproven = Unproven.DROPPED
) -> tuple[APIRouter, ...]:
    operator = [Depends(http.operator_only(settings.operator_token))]
    anyone = [Depends(http.operator_or_desk(settings.operator_token, settings.desk_tokens)), own.OWN]

    def at(*which: Desk) -> list[params.Depends]:
        return [Depends(http.operator_or_desk(settings.operator_token, settings.desk_tokens, *which)), own.OWN]

    return (
        register.router(operator, universities),
        ledger.router(operator, universities),
        counter.router(at(Desk.CHANCELLERY), universities),
        cases.router(operator, anyone, universities),
        tasks.router(anyone),
        desks.router(at),
        grant_counter.router(at(Desk.ADMISSION_COMMITTEE), universities, unproven),
        grants.router(operator, anyone, universities),
        documents.router(anyone, universities, settings.codes),
        grant_desks.router(at, universities, unproven),
    )


def prepare(app: FastAPI) -> None:
    """Graduates and blank forms come in long lists."""
    app.state.long_lists = re.compile(r"/universities/[0-9]{3}/(graduates|blanks)")
