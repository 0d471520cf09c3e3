"""Services without their simulated people, each as somebody would start it who has deleted them.

`python -m tests.support.without_people.NAME`; from here on nobody in this process can import them.
"""

import sys
from importlib.abc import MetaPathFinder
from typing import Final

SERVICES: Final = ("esuvo", "university_is", "con")
_GONE: Final = ("services._actors.", *(f"services.{each}.simulated." for each in SERVICES))


class Gone(MetaPathFinder):
    """Says of every module of these rooms that there is none."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002 - a finder's shape
        if f"{name}.".startswith(_GONE):
            raise ModuleNotFoundError(f"{name} is out of reach: a service must do without", name=name)


sys.meta_path.insert(0, Gone())
