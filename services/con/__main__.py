"""The only place that reads the service centre's environment, builds its object graph and puts its simulated people to work."""

from law.regulation import regulations
from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.con.application import http
from services.con.service import SERVICE
from services.con.simulated.actors import actors
from services.con.simulated.settings import Settings
from services.con.simulated.staff import Simulated


def main() -> None:
    settings = read(Settings)
    regulations()  # a broken file is found before anybody comes, and the first to come need not wait for it
    universities = load_universities()
    people = actors(Simulated(settings.seed, settings.staff), universities)
    run.main(SERVICE.with_actors(people), settings, http.routers(settings, universities))


if __name__ == "__main__":
    main()
