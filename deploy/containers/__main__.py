"""`python -m deploy.containers secrets | databases | service NAME | nca | hold`: the commands of deploy/compose.yaml."""

import asyncio
import logging
import sys

from pydantic import ValidationError

from deploy.containers.hold import hold
from deploy.containers.nca import show
from deploy.containers.place import Settings
from deploy.containers.service import run
from deploy.containers.steps import draw_secrets, make_databases
from deploy.local.chain import SERVICES
from deploy.local.processes import LauncherError


def main(arguments: list[str]) -> None:
    """Raises LauncherError for words that are no command."""
    match arguments:
        case ["secrets"]:
            draw_secrets(Settings())
        case ["databases"]:
            asyncio.run(make_databases(Settings()))
        case ["service", name] if name in SERVICES:
            run(name, Settings())
        case ["nca"]:
            asyncio.run(show())
        case ["hold"]:
            logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it reports what it is about to try again
            asyncio.run(hold(Settings()))
        case _:
            raise LauncherError(f"{' '.join(arguments)}: no command of a container. {__doc__}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (LauncherError, TimeoutError, ValidationError) as error:
        sys.exit(str(error))
