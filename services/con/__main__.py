"""The only place that reads the service centre's environment and builds its object graph."""

from law.regulation import regulations
from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.con.application import http as api
from services.con.service import service
from services.con.settings import Settings
from services.con.simulated.staff import Simulated


def main() -> None:
    settings = read(Settings)
    regulations()  # a broken file is found before anybody comes, and the first to come need not wait for it
    universities = load_universities()
    staff = Simulated(settings.seed, settings.staff)
    run.main(service(staff, universities), settings, api.routers(settings, universities))


if __name__ == "__main__":
    main()
