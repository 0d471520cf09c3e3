"""The public list of universities that requests can be routed to."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contracts.event import Text
from services.esuvo.universities.directory import Directory, Standing


class UniversityView(BaseModel):
    code: str
    name: Text
    city: Text
    standing: Standing
    successor: str | None = Field(description="code of the university that a merged one became part of")


def router(directory: Directory) -> APIRouter:
    routes = APIRouter(tags=["universities"])

    @routes.get("/universities")
    async def universities() -> list[UniversityView]:
        """The universities that requests can be routed to, by code; names in Kazakh, Russian and English."""
        return [
            UniversityView(
                code=code,
                name=each.name,
                city=each.city,
                standing=directory.standing(code),
                successor=directory.merged.get(code),
            )
            for code, each in directory.universities.items()
        ]

    return routes
