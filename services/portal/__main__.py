"""The only place that reads the portal's environment and builds its object graph."""

from law.regulation import regulations
from services._chassis import run
from services._chassis.settings import read
from services.portal.http import prepare, router
from services.portal.papers.copies.scanner import Scanners
from services.portal.service import SERVICE
from services.portal.settings import Settings


def main() -> None:
    settings = read(Settings)
    regulations()  # a broken file is found before anybody comes, and the first to come need not wait for it
    run.main(SERVICE, settings, (router(settings, Scanners()),), prepare)


if __name__ == "__main__":
    main()
