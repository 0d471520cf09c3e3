"""The simulated people as the chassis adds them: at the cases, and at the applications for grants."""

from typing import Any

from services._chassis.aggregate import Actors
from services.university_is import streams
from services.university_is.simulated.committee import Committee
from services.university_is.simulated.duplicates import OfCases
from services.university_is.simulated.grants import OfGrants
from services.university_is.simulated.staff import Simulated


def actors(staff: Simulated) -> tuple[Actors[Any], ...]:  # Any: each kind of stream has its own state
    cases, grants = OfCases(staff), OfGrants(Committee(staff))
    return (
        Actors(streams.CASE, cases.react, {"staff": cases.work}),
        Actors(streams.GRANT, grants.react, {"staff": grants.work}),
    )
