"""The service centre, whose operator and courier are people."""

from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.con.application import http
from services.con.service import SERVICE
from services.con.settings import Settings

if __name__ == "__main__":
    settings = read(Settings)
    run.main(SERVICE, settings, http.routers(settings, load_universities()))
