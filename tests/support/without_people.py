"""A service without its simulated people, as somebody would start it who has deleted them: `python -m tests.support.without_people NAME`.

Their rooms cannot be imported here. Portal and gateway never had any, and start as they are.
"""

import runpy
import sys
from collections.abc import Callable, Mapping
from importlib.abc import MetaPathFinder
from typing import Final

_GONE: Final = ("services._actors", *(f"services.{each}.simulated" for each in ("esuvo", "university_is", "con")))


class Gone(MetaPathFinder):
    """Says of every module of these rooms that there is none."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - the finder's shape
        if any(f"{name}.".startswith(f"{room}.") for room in _GONE):
            raise ModuleNotFoundError(f"{name} is out of reach: a service must do without", name=name)


def university_is() -> None:
    from law.universities import load_universities
    from services._chassis import run
    from services._chassis.settings import read
    from services.university_is import http
    from services.university_is.service import service
    from services.university_is.settings import Settings

    settings, universities = read(Settings), load_universities()
    described = service(universities, codes=settings.codes, forms=settings.signed_forms())
    run.main(described, settings, http.routers(settings, universities), http.prepare)


def esuvo() -> None:
    from law.universities import load_universities
    from services._chassis import run
    from services._chassis.settings import read
    from services.esuvo import http
    from services.esuvo.service import service
    from services.esuvo.settings import Settings
    from services.esuvo.universities.directory import Directory

    settings = read(Settings)
    directory = Directory(load_universities(), settings.closed_universities, settings.merged_universities)
    described = service(directory, forms=settings.signed_forms(), codes=settings.codes)
    run.main(described, settings, http.routers(settings, directory))


def con() -> None:
    from law.universities import load_universities
    from services._chassis import run
    from services._chassis.settings import read
    from services.con.application import http
    from services.con.service import SERVICE
    from services.con.settings import Settings

    settings = read(Settings)
    run.main(SERVICE, settings, http.routers(settings, load_universities()))


MAINS: Final[Mapping[str, Callable[[], None]]] = {"university_is": university_is, "esuvo": esuvo, "con": con}


def main(name: str) -> None:
    sys.meta_path.insert(0, Gone())
    if name in MAINS:
        MAINS[name]()
    else:
        runpy.run_module(f"services.{name}", run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1])
