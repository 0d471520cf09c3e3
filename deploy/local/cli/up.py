"""`egov up` and what is done with the chain that it starts."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.background import commands as background
from deploy.local.background import supervisor
from deploy.local.background.state import KAFKA_PORT, PORT_BASE, State, Wish
from deploy.local.chain.clock_states import state_of
from deploy.local.cli.console import Secure, console, moment_of, run
from deploy.local.files.applications import default_file


class ServiceName(StrEnum):
    PORTAL = "portal"
    ESUVO = "esuvo"
    UNIVERSITY_IS = "university_is"
    SHEP_GATEWAY = "shep_gateway"
    CON = "con"


def up(
    at: Annotated[str, typer.Option(help="virtual moment to start at, with its offset")] = "2016-02-15T09:00+06:00",
    rate: Annotated[float, typer.Option(help="virtual seconds per second; 0 stands still")] = 1.0,
    seed: Annotated[int, typer.Option(help="of the simulated staff and Ministry")] = 705,
    applications: Annotated[
        Path, typer.Option(help="the universities' registers know the graduates of this file")
    ] = default_file(),  # noqa: B008 - typer shows it as the default
    port_base: Annotated[
        int,
        typer.Option(
            envvar="EGOV_PORT_BASE",
            min=0,
            max=65_000,
            help="the services listen on this + 1 to + 5, the authority on + 6, PostgreSQL on + 32; 0: any free ports",
        ),
    ] = PORT_BASE,
    kafka_port: Annotated[
        int, typer.Option(envvar="EGOV_KAFKA_PORT", min=0, max=65_535, help="of our own Kafka; 0: any free one")
    ] = KAFKA_PORT,
    without: Annotated[
        list[ServiceName] | None, typer.Option(help="leave this service out: your own system plays it; may be repeated")
    ] = None,
    gateway_on_request_leg: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--gateway-on-request-leg", help="requests go over the gateway, too, not only notices (INC-09)"),
    ] = False,
    ocsp: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--ocsp", help="the portal asks the certification authority at each signature (EDGE-04)")
    ] = False,
    secure: Secure = False,  # noqa: FBT002 - a flag
) -> None:
    """Start the chain in the background and print its addresses. Data and virtual time of an earlier `egov up` go on."""
    state_of(moment_of(at), rate)  # before anything is started
    left_out = tuple(without or ())
    wish = Wish(moment_of(at), rate, seed, port_base, kafka_port, left_out, gateway_on_request_leg, ocsp, secure)
    run(background.up(wish, applications, console))


def down() -> None:
    """Stop what `egov up` started. Its data stays for the next time."""
    supervisor.stop(State.read())
    console.print("The chain is stopped. `egov up` starts it again where it was; `egov reset` forgets its data.")


def reset() -> None:
    """Forget the data of `egov up`: databases, topics, certificates, logs."""
    run(background.reset())
    console.print("The data is gone. `egov up` starts from nothing.")


def status() -> None:
    """Which services run, where, whether they are ready, and what waits in them."""
    run(background.status(State.read(), console))


def logs(
    service: Annotated[str, typer.Argument(help="portal, esuvo, university_is, shep_gateway, con, kafka, postgres")],
    lines: Annotated[int, typer.Option("--lines", "-n", help="how many of the last lines")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on as lines come")] = False,  # noqa: FBT002 - a flag
) -> None:
    """The log of one service of `egov up`."""
    background.logs(service, lines, follow=follow)
