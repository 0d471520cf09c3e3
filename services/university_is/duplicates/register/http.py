"""Loading the register of graduates."""

import asyncio

from fastapi import APIRouter, Request, params
from pydantic import BaseModel, ConfigDict, Field

from contracts.iin import Iin
from law.universities import Universities
from services._chassis.batch import Decision
from services._chassis.running import act
from services.university_is import streams
from services.university_is.duplicates.register.decide import REGISTER, Enter, GraduateRecord
from services.university_is.run_here import Code, require_known


class Graduate(GraduateRecord):
    """One document of education of one person."""

    model_config = ConfigDict(extra="forbid")

    iin: Iin

    @property
    def record(self) -> GraduateRecord:
        return GraduateRecord.model_validate(self.model_dump(exclude={"iin"}))


class Graduates(BaseModel):
    """The body limit of the service holds about 1,000 records; send the rest in another request."""

    model_config = ConfigDict(extra="forbid")

    graduates: list[Graduate] = Field(min_length=1, max_length=2_000)


class Loaded(BaseModel):
    received: int
    new: int = Field(description="the others were known already; sending them again changes nothing")


def router(operator: list[params.Depends], universities: Universities) -> APIRouter:
    routes = APIRouter(prefix="/universities/{code}", tags=["supplies"], dependencies=operator)

    @routes.post("/graduates")
    async def enter_graduates(request: Request, code: Code, body: Graduates) -> Loaded:
        """Enter graduates into the register. A person may have several records. Repeating changes nothing."""
        require_known(universities, code)
        decisions = await asyncio.gather(*(_enter(request, code, each) for each in body.graduates))
        return Loaded(received=len(decisions), new=sum(len(each.events) for each in decisions))

    return routes


async def _enter(request: Request, code: str, graduate: Graduate) -> Decision:
    stream, record = streams.graduate(code, graduate.iin), graduate.record
    return await act(
        request, stream, lambda state, at: REGISTER.decide(Enter(record, at), state), record.model_dump_json()
    )
