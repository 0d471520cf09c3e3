"""The command `egov`. What runs a whole chain is loaded by the commands that do: the others answer at once."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer
import uvloop
from rich.console import Console

from contracts import sim_clock as clock_contract
from contracts.generate import plainly
from deploy.local.background import commands as background
from deploy.local.background import supervisor
from deploy.local.background.supervisor import Wish
from deploy.local.chain.clock_states import state_of
from deploy.local.cli import competition as competition_cli
from deploy.local.cli import regulation as regulation_cli
from deploy.local.errors import LauncherError, known
from deploy.local.files.applications import default_file, read_applications
from deploy.local.files.reading import Unreadable, read_file
from deploy.local.servers.cache import cache_dir
from deploy.local.servers.private import keep_private

if TYPE_CHECKING:
    from deploy.local.audit.report import Report

T = TypeVar("T")
clock = typer.Typer(no_args_is_help=True, help="virtual time of the chain of `egov up`")
eds = typer.Typer(no_args_is_help=True, help="electronic digital signatures of made-up people")
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kazakhstan's e-government integration chain in higher education, simulated.",
    epilog="KAFKA_BOOTSTRAP_SERVERS (host:port,…) and EGOV_POSTGRES_URL (of a user who may create databases) name "
    "servers to use instead of our own; EGOV_CACHE_DIR says where downloads and the data of `egov up` are kept.",
)
app.add_typer(clock, name="clock")
app.add_typer(eds, name="eds")
app.add_typer(regulation_cli.app, name="regulation")
app.add_typer(competition_cli.app, name="competition")
console = Console()
Secure = Annotated[
    bool,
    typer.Option(
        "--secure", envvar="EGOV_SECURE", help="the broker asks who comes, and refuses what they have no right to"
    ),
]
_MOST_SIGNED: Final = 50 * 1024**2
_INTERRUPTED: Final = 130  # as shells count: 128 and the number of SIGINT


@app.command()
def demo(
    applications: Annotated[
        Path, typer.Option(help="a .csv or .jsonl file; its columns: deploy/local/files/data/README.md")
    ] = default_file(),  # noqa: B008 - typer shows it as the default
    campaign: Annotated[
        Path | None,
        typer.Option(help="instead: a file of applicants for grants; `campaign-2016.csv` is beside the other"),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="write the report to this JSON file; of a campaign, to this directory")
    ] = None,
    seed: Annotated[int, typer.Option(help="of the simulated staff and Ministry; one seed, one log hash")] = 705,
    keep: Annotated[bool, typer.Option("--keep", help="keep logs and data of the run")] = False,  # noqa: FBT002 - a flag
    gateway_on_request_leg: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--gateway-on-request-leg", help="requests go over the gateway, too, not only notices (INC-09)"),
    ] = False,
    secure: Secure = False,  # noqa: FBT002 - a flag
) -> None:
    """Run the whole chain on a file of applications, fast-forward virtual time, and report."""
    from deploy.local.chain.services import BOTH_LEGS
    from deploy.local.runs import demo as run_demo

    wiring = dict(BOTH_LEGS) if gateway_on_request_leg else {}
    if campaign:
        _campaign(campaign, report, seed, wiring, keep=keep, secure=secure)
    result = _run(run_demo.run(run_demo.Options(applications, seed, keep, wiring, secure), console))
    _show(result.report, report, "Every application reached its rightful end in every service.")


def _campaign(file: Path, report: Path | None, seed: int, wiring: dict[str, str], *, keep: bool, secure: bool) -> None:
    from deploy.local.audit import show as show_report
    from deploy.local.runs import campaign as run_campaign

    options = run_campaign.Options(file, seed, keep, environment=wiring, secure=secure)
    options.into = report or options.into
    found = _run(run_campaign.run(options, console))
    run_campaign.show(found, options.into, console)
    show_report.show_faults(found.faults, "Every application reached its rightful end in every service.", console)
    raise typer.Exit(1 if found.faults else 0)


@app.command("run")
def run_a_scenario(
    wanted: Annotated[str, typer.Argument(metavar="SCENARIO", help="a name of `egov scenarios`, or a .yaml file")],
    seed: Annotated[
        int | None, typer.Option(min=0, help="instead of the scenario's own; one seed, one log hash")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="write the report to this JSON file")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="keep logs and data of the run")] = False,  # noqa: FBT002 - a flag
    secure: Secure = False,  # noqa: FBT002 - a flag
) -> None:
    """Run a scenario: who applies, how the desks and the Ministry work, what breaks (docs/scenarios.md)."""
    from deploy.local.scenarios import run as run_scenario
    from deploy.local.scenarios import scenario

    name, found = scenario.load(wanted)
    console.print(f"{name}: {found.story}", highlight=False)
    _show(
        _run(run_scenario.run(run_scenario.Options(found, seed, keep, secure), console)),
        report,
        "Nothing was lost, done twice or out of order, and all services agree.",
    )


@app.command()
def scenarios() -> None:
    """The scenarios that come with it, one line each."""
    from deploy.local.scenarios import scenario

    for name, each in scenario.shipped():
        console.print(f"{name:24}{each.story}", highlight=False, soft_wrap=True)


def _show(found: "Report", into: Path | None, good: str) -> None:
    from deploy.local.audit import show as show_report

    show_report.show(found, console)
    show_report.show_faults(found.faults, good, console)
    if into:
        show_report.write(found, into)
        console.print(f"The report is in {into}.", highlight=False)
    raise typer.Exit(0 if found.rightful else 1)


@app.command()
def chaos(
    kills: Annotated[int, typer.Option(min=0, help="SIGKILLs, spread over services, broker and database")] = 25,
    pauses: Annotated[
        int, typer.Option(min=0, help="SIGSTOPs for longer than a Kafka session, spread in the same way")
    ] = 0,
    restarts: Annotated[int, typer.Option(min=0, help="rolling restarts of all services (SIGTERM)")] = 0,
    slow_brokers: Annotated[int, typer.Option(min=0, help="ten seconds with a broker at a fifth of its speed")] = 0,
    full_disks: Annotated[
        int, typer.Option(min=0, help="no byte left for the database for some seconds; Linux, as root")
    ] = 0,
    clock_backs: Annotated[int, typer.Option(min=0, help="the clock's topic says a moment thirty days ago")] = 0,
    seed: Annotated[int, typer.Option(help="of the faults, of who applies, and of the simulated staff")] = 705,
    size: Annotated[int, typer.Option(min=1, help="applications in a round; rounds go on until all is done")] = 60,
    instances: Annotated[int, typer.Option(min=1, max=8, help="processes of each service")] = 1,
    campaign: Annotated[bool, typer.Option("--campaign", help="for grants, in one campaign of that size")] = False,  # noqa: FBT002 - a flag
    between: Annotated[
        float, typer.Option(min=0.1, help="at most so many seconds from one fault to the next; at least a tenth of it")
    ] = 3.0,
    compare: Annotated[bool, typer.Option(help="run the same again undisturbed, and compare the logs")] = True,  # noqa: FBT002 - a flag
    report: Annotated[Path | None, typer.Option(help="write what was found to this JSON file")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="keep logs and data of the run")] = False,  # noqa: FBT002 - a flag
    secure: Secure = False,  # noqa: FBT002 - a flag
) -> None:
    """Kill and disturb a chain at work, on servers of its own; then an independent ledger says what came of it."""
    from deploy.local.chaos import run as run_chaos
    from deploy.local.chaos.faults import Fault

    wanted = {
        Fault.KILL: kills,
        Fault.PAUSE: pauses,
        Fault.RESTART: restarts,
        Fault.SLOW_BROKER: slow_brokers,
        Fault.FULL_DISK: full_disks,
        Fault.CLOCK_BACK: clock_backs,
    }
    options = run_chaos.Options(
        wanted,
        seed,
        size,
        instances=instances,
        campaign=campaign,
        between=between,
        compare=compare,
        keep=keep,
        secure=secure,
    )
    found = _run(run_chaos.run(options, console))
    run_chaos.show(found, console)
    if report:
        run_chaos.write(found, report)
        console.print(f"What was found is in {report}.", highlight=False)
    raise typer.Exit(1 if found.faults else 0)


@app.command()
def fuzz(
    messages: Annotated[int, typer.Option(min=1, help="hostile records, on all topics")] = 20_000,
    seed: Annotated[int, typer.Option(help="of the records, of who applies, and of the simulated staff")] = 705,
    size: Annotated[int, typer.Option(min=1, help="applications in a round; rounds go on until all is sent")] = 100,
    family: Annotated[list[str] | None, typer.Option(help="only records of this family; may be repeated")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="write what was found to this JSON file")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="keep logs and data of the run")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Send unusual and hostile records to every topic of a chain at work, on servers of its own; then account for each."""
    from deploy.local.fuzz import report as fuzz_report
    from deploy.local.fuzz import run as run_fuzz

    found = _run(run_fuzz.run(run_fuzz.Options(messages, seed, size, keep=keep, families=tuple(family or ())), console))
    fuzz_report.show(found, console)
    if as_json:
        fuzz_report.write(found, as_json)
        console.print(f"What was found is in {as_json}.", highlight=False)
    raise typer.Exit(1 if found.faults else 0)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="a .csv or .jsonl file of applications")]) -> None:
    """Check a file of applications without running anything."""
    from law.universities import load_universities

    rows, errors = read_applications(file, load_universities())
    for error in errors:
        console.print(str(error), highlight=False, soft_wrap=True)
    console.print(f"{len(rows)} good rows, {len(errors)} errors", highlight=False)
    raise typer.Exit(1 if errors else 0)


class ServiceName(StrEnum):
    PORTAL = "portal"
    ESUVO = "esuvo"
    UNIVERSITY_IS = "university_is"
    SHEP_GATEWAY = "shep_gateway"
    CON = "con"


@app.command()
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
    ] = supervisor.PORT_BASE,
    kafka_port: Annotated[
        int, typer.Option(envvar="EGOV_KAFKA_PORT", min=0, max=65_535, help="of our own Kafka; 0: any free one")
    ] = supervisor.KAFKA_PORT,
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
    state_of(_moment(at), rate)  # before anything is started
    left_out = tuple(without or ())
    wish = Wish(_moment(at), rate, seed, port_base, kafka_port, left_out, gateway_on_request_leg, ocsp, secure)
    _run(background.up(wish, applications, console))


@app.command()
def down() -> None:
    """Stop what `egov up` started. Its data stays for the next time."""
    supervisor.stop(supervisor.State.read())
    console.print("The chain is stopped. `egov up` starts it again where it was; `egov reset` forgets its data.")


@app.command()
def reset() -> None:
    """Forget the data of `egov up`: databases, topics, certificates, logs."""
    _run(background.reset())
    console.print("The data is gone. `egov up` starts from nothing.")


@app.command()
def status() -> None:
    """Which services run, where, whether they are ready, and what waits in them."""
    _run(background.status(supervisor.State.read(), console))


@app.command()
def logs(
    service: Annotated[str, typer.Argument(help="portal, esuvo, university_is, shep_gateway, con, kafka, postgres")],
    lines: Annotated[int, typer.Option("--lines", "-n", help="how many of the last lines")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on as lines come")] = False,  # noqa: FBT002 - a flag
) -> None:
    """The log of one service of `egov up`."""
    background.logs(service, lines, follow=follow)


@clock.command("show")
def clock_show() -> None:
    """The virtual time now, and its rate."""
    _run(background.clock_show(supervisor.State.read(), console))


@clock.command("rate")
def clock_rate(
    rate: Annotated[float, typer.Argument(help="virtual seconds per second; 0 stands still")],
) -> None:
    """Let virtual time run at another rate from now on."""
    state_of(clock_contract.BEGINNING, rate)
    _run(background.clock_rate(supervisor.State.read(), rate, console))


@clock.command("forward")
def clock_forward(
    until: Annotated[
        str | None, typer.Option(help="a virtual moment with its offset; without it, until no timer waits")
    ] = None,
) -> None:
    """Fast-forward: jump from timer to timer whenever the chain is at rest. The clock stands still afterwards."""
    moment = _moment(until) if until else None
    if moment:
        state_of(moment, 0)
    _run(background.clock_forward(supervisor.State.read(), moment, console))


@eds.command("issue")
def eds_issue(
    iin: Annotated[str, typer.Option(help="of a made-up person: century digit 1 or 2")],
    surname: Annotated[str, typer.Option()],
    name: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option(help="directory for sign.pem and auth.pem")],
    patronymic: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Issue a person's EDS certificates by the chain's certification authority."""
    background.issue(iin, surname, name, patronymic, out)
    console.print(f"{out / 'sign.pem'} signs documents, {out / 'auth.pem'} signs in.", highlight=False)


@eds.command("sign")
def eds_sign(
    credential: Annotated[Path, typer.Argument(help="sign.pem or auth.pem")],
    file: Annotated[Path | None, typer.Argument(help="what to sign; standard input if none")] = None,
) -> None:
    """Sign a file as it stands: prints the compact JWS that the portal takes as `signed`."""
    try:
        payload = read_file(file, _MOST_SIGNED) if file else sys.stdin.buffer.read()
    except Unreadable as wrong:
        raise LauncherError(f"{file}: {wrong.rule}; {wrong.remedy}. Name a file to sign.") from None
    print(background.sign(credential, payload))


@eds.command("revoke")
def eds_revoke(credential: Annotated[Path, typer.Argument(help="sign.pem or auth.pem of `egov eds issue`")]) -> None:
    """Revoke a certificate from now on, in virtual time: the portal confirms nothing that it signs later."""
    _run(background.revoke(supervisor.State.read(), credential, console))


def _run(task: Coroutine[Any, Any, T]) -> T:
    """Run on the faster loop. Any: asyncio's own signature. Ctrl-C ends with code 130, once everything is stopped."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(task)
    except KeyboardInterrupt:
        console.print("Interrupted; what this command had started is stopped.")
        raise typer.Exit(_INTERRUPTED) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise LauncherError(
            f"{text!r}: a moment has a date, a time and an offset. Write 2016-02-15T09:00+06:00, for example."
        )
    return moment


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
