"""The only place that reads ESUVO's environment and builds its parts."""

from contracts.staffing import Mode
from contracts.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.esuvo import api
from services.esuvo.directory import Directory
from services.esuvo.messaging import service
from services.esuvo.ministry import Ministry
from services.esuvo.settings import Settings


def main() -> None:
    settings = read(Settings)
    directory = Directory(load_universities(), settings.closed_universities, settings.merged_universities)
    policy = None if settings.ministry.mode is Mode.MANUAL else Ministry(settings.seed, settings.ministry)
    run.main(service(policy, directory), settings, api.routers(settings, directory))


if __name__ == "__main__":
    main()
