"""The only place that reads the environment and builds the object graph."""

from law.regulation import regulations
from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.university_is import http as api
from services.university_is.service import service
from services.university_is.simulated.actors import actors
from services.university_is.simulated.settings import Settings
from services.university_is.simulated.staff import Simulated


def main() -> None:
    settings = read(Settings)
    regulations()  # a broken file is found before anybody comes, and the first to come need not wait for it
    universities = load_universities()
    described = service(universities, settings.staff.blank_alarm, settings.codes, settings.signed_forms())
    people = actors(Simulated(settings.seed, settings.staff))
    run.main(
        described.with_actors(*people),
        settings,
        api.routers(settings, universities, settings.staff.unproven),
        api.prepare,
    )


if __name__ == "__main__":
    main()
