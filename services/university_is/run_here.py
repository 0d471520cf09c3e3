"""Whether a message or a request is for a university that this service plays."""

from typing import Annotated, TypeAlias

from fastapi import Path

from law.universities import Universities, University
from services._chassis import http
from services._chassis.decider import Refused
from services._chassis.errors import Violation

Code: TypeAlias = Annotated[str, Path(pattern=r"^[0-9]{3}$", description="the university's code, for example 027")]


def run_here(universities: Universities, code: str, field: str = "/data/request/university") -> University:
    university = universities.get(code)
    if university is None:
        raise Refused(
            "university.unknown",
            f"no university {code} is run here",
            field=field,
            remedy="add it to law/data/universities.json, or route the request to the system that runs it",
        )
    return university


def require_known(universities: Universities, code: str) -> None:
    if code not in universities:
        rule = f"no university {code} is run here"
        remedy = f"use one of {', '.join(sorted(universities))}"
        raise http.Problem(404, "university.unknown", rule, [Violation("/path/code", rule, remedy)])
