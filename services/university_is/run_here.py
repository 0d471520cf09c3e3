"""Whether a message is for a university that this service plays."""

from law.universities import Universities, University
from services._chassis.decider import Refused


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
