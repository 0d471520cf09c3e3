"""`egov demo`, `run`, `chaos`, `fuzz`: chains of their own, from nothing to a report; and `check`, which runs none."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.local.cli.console import Secure, console, run
from deploy.local.files.applications import default_file, read_applications

if TYPE_CHECKING:
    from deploy.local.audit.report import Report


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
    result = run(run_demo.run(run_demo.Options(applications, seed, keep, wiring, secure), console))
    _show(result.report, report, "Every application reached its rightful end in every service.")


def _campaign(file: Path, report: Path | None, seed: int, wiring: dict[str, str], *, keep: bool, secure: bool) -> None:
    from deploy.local.audit import show as show_report
    from deploy.local.runs import campaign as run_campaign

    options = run_campaign.Options(file, seed, keep, environment=wiring, secure=secure)
    options.into = report or options.into
    found = run(run_campaign.run(options, console))
    run_campaign.show(found, options.into, console)
    show_report.show_faults(found.faults, "Every application reached its rightful end in every service.", console)
    raise typer.Exit(1 if found.faults else 0)


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
        run(run_scenario.run(run_scenario.Options(found, seed, keep, secure), console)),
        report,
        "Nothing was lost, done twice or out of order, and all services agree.",
    )


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
    found = run(run_chaos.run(options, console))
    run_chaos.show(found, console)
    if report:
        run_chaos.write(found, report)
        console.print(f"What was found is in {report}.", highlight=False)
    raise typer.Exit(1 if found.faults else 0)


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

    found = run(run_fuzz.run(run_fuzz.Options(messages, seed, size, keep=keep, families=tuple(family or ())), console))
    fuzz_report.show(found, console)
    if as_json:
        fuzz_report.write(found, as_json)
        console.print(f"What was found is in {as_json}.", highlight=False)
    raise typer.Exit(1 if found.faults else 0)


def check(file: Annotated[Path, typer.Argument(help="a .csv or .jsonl file of applications")]) -> None:
    """Check a file of applications without running anything."""
    from law.universities import load_universities

    rows, errors = read_applications(file, load_universities())
    for error in errors:
        console.print(str(error), highlight=False, soft_wrap=True)
    console.print(f"{len(rows)} good rows, {len(errors)} errors", highlight=False)
    raise typer.Exit(1 if errors else 0)
