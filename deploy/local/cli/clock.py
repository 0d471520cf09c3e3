"""`egov clock`: virtual time of the chain of `egov up`."""

from typing import Annotated

import typer

from contracts import sim_clock as clock_contract
from deploy.local.background import commands as background
from deploy.local.background.state import State
from deploy.local.chain.clock_states import state_of
from deploy.local.cli.console import console, moment_of, run

app = typer.Typer(no_args_is_help=True, help="virtual time of the chain of `egov up`")


@app.command("show")
def show() -> None:
    """The virtual time now, and its rate."""
    run(background.clock_show(State.read(), console))


@app.command("rate")
def rate(
    rate: Annotated[float, typer.Argument(help="virtual seconds per second; 0 stands still")],
) -> None:
    """Let virtual time run at another rate from now on."""
    state_of(clock_contract.BEGINNING, rate)
    run(background.clock_rate(State.read(), rate, console))


@app.command("forward")
def forward(
    until: Annotated[
        str | None, typer.Option(help="a virtual moment with its offset; without it, until no timer waits")
    ] = None,
) -> None:
    """Fast-forward: jump from timer to timer whenever the chain is at rest. The clock stands still afterwards."""
    moment = moment_of(until) if until else None
    if moment:
        state_of(moment, 0)
    run(background.clock_forward(State.read(), moment, console))
