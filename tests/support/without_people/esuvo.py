"""ESUVO, whose Ministry and commission are people."""

from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.esuvo import http
from services.esuvo.service import service
from services.esuvo.settings import Settings
from services.esuvo.universities.directory import Directory

if __name__ == "__main__":
    settings = read(Settings)
    directory = Directory(load_universities(), settings.closed_universities, settings.merged_universities)
    described = service(directory, forms=settings.signed_forms(), codes=settings.codes)
    run.main(described, settings, http.routers(settings, directory))
