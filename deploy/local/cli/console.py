"""What the commands of `egov` share: where they print, how they run, what a moment looks like."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import typer
import uvloop
from rich.console import Console

from deploy.local.errors import LauncherError

T = TypeVar("T")
console = Console()
Secure = Annotated[
    bool,
    typer.Option(
        "--secure", envvar="EGOV_SECURE", help="the broker asks who comes, and refuses what they have no right to"
    ),
]
_INTERRUPTED: Final = 130  # as shells count: 128 and the number of SIGINT


def run(task: Coroutine[Any, Any, T]) -> T:
    """Run on the faster loop. Any: asyncio's own signature. Ctrl-C ends with code 130, once everything is stopped."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(task)
    except KeyboardInterrupt:
        console.print("Interrupted; what this command had started is stopped.")
        raise typer.Exit(_INTERRUPTED) from None


def moment_of(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise LauncherError(
            f"{text!r}: a moment has a date, a time and an offset. Write 2016-02-15T09:00+06:00, for example."
        )
    return moment
