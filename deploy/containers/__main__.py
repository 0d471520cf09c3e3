"""`python -m deploy.containers secrets | databases | topics | service NAME | nca | hold`: the commands of deploy/compose.yaml."""

import asyncio
import logging
import sys

from pydantic import ValidationError

from deploy.containers.hold import hold
from deploy.containers.nca import show
from deploy.containers.place import Settings
from deploy.containers.service import run
from deploy.containers.steps import draw_secrets, make_databases, make_topics
from deploy.local.chain.plan import SERVICES
from deploy.local.errors import LauncherError
from deploy.local.servers.private import keep_private


def quiet() -> None:
    """The client reports what it is about to try again."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


def main(arguments: list[str]) -> None:
    """Raises LauncherError for words that are no command."""
    match arguments:
        case ["secrets"]:
            draw_secrets(Settings())
        case ["databases"]:
            asyncio.run(make_databases(Settings()))
        case ["topics"]:
            quiet()
            asyncio.run(make_topics(Settings()))
        case ["service", name] if name in SERVICES:
            run(name, Settings())
        case ["nca"]:
            asyncio.run(show())
        case ["hold"]:
            quiet()
            asyncio.run(hold(Settings()))
        case _:
            raise LauncherError(f"{' '.join(arguments)}: no command of a container. {__doc__}")


if __name__ == "__main__":
    keep_private()
    try:
        main(sys.argv[1:])
    except (LauncherError, TimeoutError, ValidationError) as error:
        sys.exit(str(error))
