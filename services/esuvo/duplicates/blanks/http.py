"""The Ministry's desk, done by hand: answers to universities that lack blank forms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, params
from pydantic import BaseModel

from contracts.common import Blank
from services._chassis.running import act, running
from services.esuvo.duplicates.blanks.commands import Grant
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.events import BlankEvent
from services.esuvo.duplicates.blanks.state import Answered, NotAsked, State
from services.esuvo.streams import ministry_stream
from services.esuvo.views import ApplicationId, not_found

RESERVE: Final = 5  # forms of each kind


class Supply(BaseModel):
    application_id: UUID
    university: str
    blanks: tuple[Blank, ...]
    supplied_at: datetime


def router(reserve: int, operator: list[params.Depends]) -> APIRouter:
    routes = APIRouter(tags=["ministry"], dependencies=operator)

    @routes.post("/blank-requests/{application_id}/supply")
    async def supply(request: Request, application_id: ApplicationId) -> Supply:
        """Do the Ministry's desk by hand: answer a university's request for blank forms. A repetition changes nothing."""
        stream = ministry_stream(application_id)
        if isinstance((await running(request).store.read(stream)).state, NotAsked):
            rule = "no university has asked for blank forms for this application"
            raise not_found("blank-request.unknown", rule)

        def grant(state: State, at: datetime) -> Sequence[BlankEvent]:
            return BLANK_REQUEST.decide(Grant(reserve, at), state)

        decision = await act(request, stream, grant, "supply", about=application_id)
        answered: Answered = decision.state
        return Supply(
            application_id=application_id,
            university=answered.request.university,
            blanks=answered.blanks,
            supplied_at=answered.at,
        )

    return routes
