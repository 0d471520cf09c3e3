"""A whole grant campaign over the chain, from the applicants' HTTP to the rectors' orders, at growing numbers of applications.

python -m tests.bench.campaign --applications 1000,10000,100000 --out build/bench-campaign.json
"""

import json
import logging
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import asyncpg
import typer
import uvloop

from deploy.local.audit.campaign_ends import replay, rightful, wrong_ends
from deploy.local.chain.chain import running_chain
from deploy.local.chain.plan import SERVICES, Plan, drop_databases
from deploy.local.errors import LauncherError
from deploy.local.files.campaign import Door, read_campaign
from deploy.local.made_up.campaign import ordinary, write, write_seats
from deploy.local.people.agenda import at_once
from deploy.local.people.applicants import Applicant
from deploy.local.people.campaign import STAFF, Applied, Campaign, campaign
from deploy.local.runs.demo import inspect
from deploy.local.servers.infra import RunningServers, local_servers_async
from deploy.local.servers.topics import delete_topics
from law.specialties import load_specialties, load_state_order
from law.universities import load_universities
from tests.bench.chain import cpu_of, nobody_watches, processes_of, whole

USUAL: Final = (1_000, 10_000)
_BEGIN: Final = datetime(2016, 7, 25, 4, 0, tzinfo=UTC)
_FILED: Final = datetime(2016, 7, 25, 4, 30, tzinfo=UTC)  # all at once: how fast is the question, not when
_PATIENCE_SECONDS: Final = 3_600.0  # a hundred thousand at once keep the chain busy for long
_PARTITIONS: Final = 4
_JUDGED: Final = 10_000  # up to here every end is compared with the competition held anew; beyond, all are counted
_ENDS: Final = "select status, count(*)::int from grants group by status order by status"
_LEFT: Final = "select (select count(*) from outbox)::int + (select count(*) from timers)::int"


@dataclass(frozen=True, slots=True)
class Figures:
    """`cpu_ms_per_application` is of the timed part, by process and in all of them but the applicants' own."""

    applications: int
    seconds: float
    filing_seconds: float
    applications_per_second: float
    cpu_ms_per_application: float
    clock_jumps: int
    ends: Mapping[str, int]
    cpu_seconds: Mapping[str, float]


async def measure(running: RunningServers, directory: Path, applications: int) -> Figures:
    """One campaign, from nothing to its audit. Raises LauncherError if the audit finds anything."""
    universities = load_universities()
    own = directory / f"campaign-{secrets.token_hex(3)}"
    own.mkdir(parents=True)
    plan = _plan(running, own, applications)
    file = own / "campaign.csv"
    write(ordinary(705, load_specialties(), applications), file)
    rows, errors = read_campaign(file, universities)
    if errors:
        raise LauncherError(f"The made-up campaign is not readable: {errors[0]}")
    try:
        async with running_chain(plan) as chain, whole(chain), campaign(chain, universities, nobody_watches) as story:
            story.conductor.patience_seconds = _PATIENCE_SECONDS
            await story.open(_BEGIN)
            newcomers = {each.person.iin: each for each in story.equip(rows, _BEGIN)}
            applied = [Applied(row, _FILED) for row in rows]
            await story.conductor.jump(_FILED)
            await story.conductor.quiescence()
            watched = processes_of(running, chain)
            before, began, jumps = cpu_of(watched), time.perf_counter(), story.conductor.jumps
            await at_once([partial(_apply, story, newcomers, each) for each in applied])
            filing_seconds = time.perf_counter() - began
            await story.after(_FILED.year)
            seconds = time.perf_counter() - began
            used = {name: round(after - before[name], 2) for name, after in cpu_of(watched).items()}
            jumps = story.conductor.jumps - jumps
            ends = await _audited(plan, story, applied)
        services = sum(seconds for name, seconds in used.items() if name != "applicants and conductor")
        return Figures(
            applications=len(applied),
            seconds=round(seconds, 2),
            filing_seconds=round(filing_seconds, 2),
            applications_per_second=round(len(applied) / seconds, 1),
            cpu_ms_per_application=round(1_000 * services / len(applied), 2),
            clock_jumps=jumps,
            ends=ends,
            cpu_seconds=used,
        )
    finally:
        await drop_databases(plan)
        await delete_topics(plan.servers.bootstrap_servers, plan.topic_prefix)


async def _apply(story: Campaign, newcomers: dict[str, Applicant], each: Applied) -> None:
    """Whoever applies electronically registers first: a session opened before would end before the last of many thousands."""
    newcomer = newcomers.pop(each.row.iin, None) if each.row.channel is Door.PORTAL else None
    if newcomer:
        await newcomer.register()
    await story.file(each)


def _plan(running: RunningServers, directory: Path, applications: int) -> Plan:
    """With as many seats to an application as the demo's campaign has."""
    name, seats = f"bench{secrets.token_hex(3)}", directory / "seats.csv"
    write_seats(seats, _BEGIN.year, applications)
    return Plan(
        servers=running.servers,
        directory=directory,
        run=name,
        seed="705",
        virtual_start=_BEGIN,
        topic_prefix=f"{name}.",
        environment={
            "ESUVO_SEED": "705",
            "UNIVERSITY_IS_SEED": "705",
            "UNIVERSITY_IS_STAFF": STAFF,
            "ESUVO_STATE_ORDER": str(seats),
            **{f"{service.upper()}_PARTITIONS": str(_PARTITIONS) for service in SERVICES},
        },
    )


async def _audited(plan: Plan, story: Campaign, applied: list[Applied]) -> dict[str, int]:
    """How the applications ended at the universities. Raises LauncherError where one is missing or, among few, wrong."""
    turned_away = sum(bool(each.rejected) for each in applied)
    ends = await _counted(plan)
    if sum(ends.values()) + turned_away != len(applied):
        raise LauncherError(
            f"{len(applied)} applied, {turned_away} were turned away, and at the universities are {ends}"
        )
    if unfinished := {"registered", "verified", "forwarded", "awarded", "handed-over", "enrolled"} & ends.keys():
        raise LauncherError(f"Applications did not come to their end: {unfinished} of {ends}")
    if len(applied) <= _JUDGED:
        databases, ledger = await inspect(plan)
        states = replay(databases)
        seats = load_state_order(plan.directory / "seats.csv")
        right = rightful(applied, states, story.universities, seats)
        if faults := [*wrong_ends(applied, states, right), *ledger.faults, *ledger.dead]:
            raise LauncherError(f"{len(faults)} faults: {faults[:3]}")
    return ends | {"turned-away": turned_away}


async def _counted(plan: Plan) -> dict[str, int]:
    for service in SERVICES:
        connection = await asyncpg.connect(plan.database_url(service))
        try:
            if left := await connection.fetchval(_LEFT):
                raise LauncherError(f"{service} has {left} messages or timers left")
        finally:
            await connection.close()
    connection = await asyncpg.connect(plan.database_url("university_is"))
    try:
        return {row[0]: row[1] for row in await connection.fetch(_ENDS)}
    finally:
        await connection.close()


def main(
    applications: Annotated[str, typer.Option(help="how many, one campaign after another")] = "1000,10000,100000",
    out: Annotated[Path, typer.Option(help="where the figures are written")] = Path("build/bench-campaign.json"),
) -> None:
    """Measure campaigns on servers of their own. Stop everything else first."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        found = uvloop.run(_measured([int(each) for each in applications.split(",")]))
    except LauncherError as reason:
        typer.echo(f"Not measured: {reason}", err=True)
        raise typer.Exit(1) from reason
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(each) for each in found], indent=2) + "\n")


async def _measured(sizes: list[int]) -> list[Figures]:
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="egov-bench-") as directory:
            async with local_servers_async(Path(directory)) as running:
                figures = await measure(running, Path(directory), size)
        found.append(figures)
        typer.echo(
            f"{figures.applications} applications in {figures.seconds:g} s (filed in {figures.filing_seconds:g} s): "
            f"{figures.applications_per_second:g}/s, {figures.cpu_ms_per_application:g} ms of CPU each; {figures.cpu_seconds}"
        )
    return found


if __name__ == "__main__":
    typer.run(main)
