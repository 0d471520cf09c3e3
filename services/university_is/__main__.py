"""The only place that reads the environment and builds the object graph."""

from contracts.universities import load_universities
from services._chassis import run
from services.university_is import api
from services.university_is.messaging import service
from services.university_is.settings import Settings, StaffKind
from services.university_is.staff import NobodySimulated, Simulated, Staff


def main() -> None:
    settings = Settings()
    universities = load_universities()
    run.main(service(staff_of(settings), universities), settings, api.routers(settings, universities))


def staff_of(settings: Settings) -> Staff:
    return Simulated(settings.seed) if settings.staff is StaffKind.SIMULATED else NobodySimulated()


if __name__ == "__main__":
    main()
