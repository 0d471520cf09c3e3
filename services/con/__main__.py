"""The only place that reads the service centre's environment and builds its object graph."""

from services._chassis import run
from services._chassis.settings import read
from services.con import api
from services.con.messaging import SERVICE
from services.con.settings import Settings


def main() -> None:
    settings = read(Settings)
    run.main(SERVICE, settings, api.routers(settings))


if __name__ == "__main__":
    main()
