"""What a container cannot do is done outside of it: Docker Compose holds the chain there."""

import os
from pathlib import Path
from typing import Final

from deploy.local.errors import LauncherError

VARIABLE: Final = "EGOV_HELD_BY"
COMPOSE: Final = "compose"
# What the certification authority publishes, in a volume that the portal reads: its key is in another.
AUTHORITY: Final = Path("/run/authority")


def held() -> bool:
    """Whether Docker Compose holds this chain."""
    return os.environ.get(VARIABLE) == COMPOSE


def refuse(what: str, instead: str) -> None:
    """In such a container: raises LauncherError that says which command of Compose to give on the host."""
    if held():
        raise LauncherError(f"{what}. On the host: {compose(instead)}.")


def compose(command: str) -> str:
    """The command as it is given on the host."""
    return f"`docker compose -f deploy/compose.yaml {command}`"
