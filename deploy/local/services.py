"""The five services as the chassis knows them, with their default settings: for those who read what they stored."""

from services._chassis.aggregate import Service


def definitions() -> dict[str, Service]:
    """By name. Built on demand, as the services build themselves."""
    from contracts.staffing import StaffPolicy  # noqa: PLC0415 - nothing is loaded before it is asked for
    from contracts.universities import load_universities  # noqa: PLC0415
    from services.con import messaging as con  # noqa: PLC0415
    from services.con import staff as con_staff  # noqa: PLC0415
    from services.esuvo import messaging as esuvo  # noqa: PLC0415
    from services.esuvo.directory import Directory  # noqa: PLC0415
    from services.portal.messaging import SERVICE as PORTAL  # noqa: PLC0415
    from services.shep_gateway.messaging import SERVICE as SHEP_GATEWAY  # noqa: PLC0415
    from services.university_is import messaging as university_is  # noqa: PLC0415
    from services.university_is import staff as university_staff  # noqa: PLC0415

    universities, manual = load_universities(), StaffPolicy.manual()
    directory = Directory(universities, frozenset(), {})
    found = (
        PORTAL,
        esuvo.service(None, directory),
        university_is.service(university_staff.Simulated(0, manual), universities),
        SHEP_GATEWAY,
        con.service(con_staff.Simulated(0, manual), universities),
    )
    return {each.name: each for each in found}
