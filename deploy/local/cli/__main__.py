"""The command `egov`. What runs a whole chain is loaded by the commands that do: the others answer at once."""

import logging
import signal
import sys

import typer

from contracts.generate import plainly
from deploy.local.cli import clock, competition, eds, regulation, runs, up
from deploy.local.errors import known
from deploy.local.servers.cache import cache_dir
from deploy.local.servers.private import keep_private

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kazakhstan's e-government integration chain in higher education, simulated.",
    epilog="KAFKA_BOOTSTRAP_SERVERS (host:port,…) and EGOV_POSTGRES_URL (of a user who may create databases) name "
    "servers to use instead of our own; EGOV_CACHE_DIR says where downloads and the data of `egov up` are kept.",
)
app.command()(runs.demo)
app.command("run")(runs.run_a_scenario)
app.command()(runs.scenarios)
app.command()(runs.chaos)
app.command()(runs.fuzz)
app.command()(runs.check)
app.command()(up.up)
app.command()(up.down)
app.command()(up.reset)
app.command()(up.status)
app.command()(up.logs)
app.add_typer(clock.app, name="clock")
app.add_typer(eds.app, name="eds")
app.add_typer(regulation.app, name="regulation")
app.add_typer(competition.app, name="competition")


def _interrupted(_number: int, _frame: object) -> None:
    """SIGTERM ends a run as Ctrl-C does: everything is stopped in order."""
    signal.raise_signal(signal.SIGINT)


def main() -> None:
    keep_private()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins with it ignored
    signal.signal(signal.SIGTERM, _interrupted)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it reports what it is about to try again
    sys.exit(plainly.run(app, known, lambda: cache_dir() / "mistakes.log"))


if __name__ == "__main__":
    main()
