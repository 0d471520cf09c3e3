"""The universities' information system, whose desks are all people's."""

from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.university_is import http
from services.university_is.service import service
from services.university_is.settings import Settings

if __name__ == "__main__":
    settings, universities = read(Settings), load_universities()
    described = service(universities, codes=settings.codes, forms=settings.signed_forms())
    run.main(described, settings, http.routers(settings, universities), http.prepare)
