"""The only place that reads the gateway's environment and builds its parts."""

from services._chassis import run
from services._chassis.settings import read
from services.shep_gateway import http as api
from services.shep_gateway.service import service
from services.shep_gateway.settings import Settings


def main() -> None:
    settings = read(Settings)
    run.main(service(on_request_leg=settings.on_request_leg), settings, api.routers(settings))


if __name__ == "__main__":
    main()
