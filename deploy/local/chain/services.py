"""The five services as the chassis knows them, with their default settings: for those who read what they stored."""

from collections.abc import Mapping
from typing import Final

from services._chassis.aggregate import Service

# The environment of a chain whose requests go over the gateway, too (INC-09).
BOTH_LEGS: Final[Mapping[str, str]] = {
    "SHEP_GATEWAY_ON_REQUEST_LEG": "true",
    "ESUVO_GATEWAY_ON_REQUEST_LEG": "true",
}


def definitions(environment: Mapping[str, str] | None = None) -> dict[str, Service]:
    """By name, wired as `environment` has it. Built on demand, as the services build themselves."""
    from law.universities import load_universities  # noqa: PLC0415 - nothing is loaded before it is asked for
    from services.con.service import SERVICE as CON  # noqa: PLC0415
    from services.esuvo import service as esuvo  # noqa: PLC0415
    from services.esuvo.universities.directory import Directory  # noqa: PLC0415
    from services.portal.service import SERVICE as PORTAL  # noqa: PLC0415
    from services.shep_gateway import service as shep_gateway  # noqa: PLC0415
    from services.university_is import service as university_is  # noqa: PLC0415

    universities = load_universities()
    directory = Directory(universities, frozenset(), {})
    both_legs = BOTH_LEGS.items() <= (environment or {}).items()
    found = (
        PORTAL,
        esuvo.service(directory, over_gateway=both_legs),
        university_is.service(universities),
        shep_gateway.service(on_request_leg=both_legs),
        CON,
    )
    return {each.name: each for each in found}
