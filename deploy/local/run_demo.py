"""`egov demo`: servers, chain, story, report; whatever happens, nothing is left behind."""

import asyncio
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.live import Live
from rich.table import Table

from contracts.universities import Universities, load_universities
from deploy.local.applications import ApplicationRow, RowError, instant, read_applications
from deploy.local.cache import Progress
from deploy.local.chain import Chain, Plan, drop_databases, run_name, running_chain, watched
from deploy.local.demo import Story, demo
from deploy.local.infra import RunningServers, local_servers_async
from deploy.local.ledger import Database, Ledger, audit, read_database
from deploy.local.processes import LauncherError
from deploy.local.report import Report, replay, report
from deploy.local.services import definitions
from deploy.local.topics import delete_topics, read_topics
from services._chassis.dead_letters import SUFFIX

_SHOW_SECONDS = 0.25
_PLAIN_SECONDS = 5.0


@dataclass(slots=True)
class Options:
    """What the command line chose."""

    applications: Path
    seed: int = 705
    keep: bool = False
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Result:
    report: Report
    errors: list[RowError]


async def run(options: Options, console: Console) -> Result:
    """The demo from nothing to its report. Raises LauncherError and TimeoutError with what went wrong."""
    universities = load_universities()
    rows, errors = read_applications(options.applications, universities)
    for error in errors:
        console.print(f"[yellow]{options.applications.name}, {error}[/]", highlight=False, soft_wrap=True)
    if not rows:
        raise LauncherError(
            f"{options.applications}: holds no good row. See deploy/local/data/README.md for the columns."
        )
    say: Progress = lambda text: console.print(text, highlight=False)  # noqa: E731 - one listener, used twice
    async with (
        run_directory("egov-demo-", say, keep=options.keep) as directory,
        local_servers_async(directory, say) as servers,
    ):
        plan = _plan(options, directory, servers, virtual_start(rows, universities))
        async with _cleaned_up(plan, servers), running_chain(plan, say) as chain:
            story = await _watched(chain, universities, rows, console, say)
            say("Auditing databases and topics…")
            databases, ledger = await inspect(plan)
            return Result(
                report(story, len({each.line for each in errors}), replay(databases), ledger, universities), errors
            )


async def inspect(plan: Plan) -> tuple[dict[str, Database], Ledger]:
    """The databases of a chain at rest, and what the ledger finds in them and on the topics."""
    databases = {name: await read_database(each, plan.database_url(name)) for name, each in definitions().items()}
    live = [plan.topic_prefix + topic for each in databases.values() for topic in each.service.publishes]
    values = await read_topics(plan.servers.bootstrap_servers, [*live, *(topic + SUFFIX for topic in live)])
    return databases, audit(list(databases.values()), values, plan.topic_prefix)


def _plan(options: Options, directory: Path, servers: RunningServers, start: datetime) -> Plan:
    """On servers of our own the names are plain; on others they tell this run apart."""
    run_id = "demo" if servers.postgres else run_name()
    return Plan(
        servers=servers.servers,
        directory=directory,
        run=run_id,
        seed=str(options.seed),
        virtual_start=start,
        topic_prefix="" if servers.kafka else f"egov-{run_id}.",
        environment={
            "ESUVO_SEED": str(options.seed),
            "UNIVERSITY_IS_SEED": str(options.seed),
            **options.environment,
        },
    )


def virtual_start(rows: list[ApplicationRow], universities: Universities) -> datetime:
    return min(instant(row.filed_at, row.university, universities) for row in rows) - timedelta(days=1)


@asynccontextmanager
async def run_directory(prefix: str, say: Progress, *, keep: bool) -> AsyncIterator[Path]:
    """A directory of this run; kept, with its logs, when the run failed or was asked to keep it."""
    directory = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield directory
    except (LauncherError, TimeoutError):
        say(f"The logs of the run are in {directory}.")
        raise
    except BaseException:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)
        raise
    if keep:
        say(f"Logs and data are kept in {directory}.")
    else:
        shutil.rmtree(directory, ignore_errors=True)


@asynccontextmanager
async def _cleaned_up(plan: Plan, servers: RunningServers) -> AsyncIterator[None]:
    """Servers of others get back as they were: this run's databases and topics go."""
    try:
        yield
    finally:
        if not servers.postgres:
            await drop_databases(plan)
        if not servers.kafka:
            await delete_topics(plan.servers.bootstrap_servers, plan.topic_prefix)


async def _watched(
    chain: Chain, universities: Universities, rows: list[ApplicationRow], console: Console, say: Progress
) -> Story:
    """The story, while whatever dies is started again and the state of the applications is shown."""
    view = _View(chain, len(rows), console)
    async with watched(chain), view.shown(), demo(chain, universities, view.show) as story:
        return await story.run(rows, say)


class _View:
    """Applications per state: a table that changes on a terminal, a line every few seconds elsewhere."""

    def __init__(self, chain: Chain, rows: int, console: Console) -> None:
        self._url = chain.plan.database_url("portal")
        self._rows = rows
        self._console = console
        self._live = Live(console=console, refresh_per_second=8, transient=True)
        self._shown_at = 0.0
        self._pool: Any = None  # Any: asyncpg ships no types

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        self._pool = await asyncpg.create_pool(self._url, min_size=1, max_size=1)
        try:
            with self._live if self._console.is_terminal else contextlib.nullcontext():
                yield
        finally:
            await self._pool.close()

    async def show(self, virtual: datetime, filed: int) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._shown_at < (_SHOW_SECONDS if self._console.is_terminal else _PLAIN_SECONDS):
            return
        self._shown_at = now
        rows = await self._pool.fetch("select status, count(*) from applications group by status order by status")
        if self._console.is_terminal:
            self._live.update(self._table(virtual, filed, rows))
        else:
            states = ", ".join(f"{count} {status}" for status, count in rows)
            self._console.print(
                f"  {virtual:%Y-%m-%d %H:%M} UTC: {filed} of {self._rows} filed; {states}",
                highlight=False,
                soft_wrap=True,
            )

    def _table(self, virtual: datetime, filed: int, rows: list[tuple[str, int]]) -> Table:
        table = Table(title=f"Virtual time {virtual:%a %d %b %Y %H:%M} UTC: {filed} of {self._rows} filed")
        table.add_column("state at the portal")
        table.add_column("applications", justify="right")
        for status, count in rows:
            table.add_row(status, str(count))
        return table


def write(found: Report, path: Path) -> None:
    path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show(found: Report, console: Console) -> None:
    """The report for people."""
    outcomes = Table(title=f"{found.applications} applications, {found.malformed_rows} malformed rows left out")
    outcomes.add_column("outcome")
    outcomes.add_column("applications", justify="right")
    for name, count in found.by_outcome.items():
        if not count:
            continue
        codes = {"refused": found.refused_by_code, "rejected_at_portal": found.rejected_by_code}.get(name, {})
        detail = f" ({', '.join(f'{code}: {number}' for code, number in codes.items())})" if codes else ""
        outcomes.add_row(name.replace("_", " ") + detail, str(count))
    steps = Table(title="Deadlines at the universities")
    for column in ("step", "met", "missed", "without"):
        steps.add_column(column, justify="left" if column == "step" else "right")
    for step, counts in found.per_step.items():
        steps.add_row(step, *(str(counts[each]) for each in ("met", "missed", "without")))
    topics = Table(title="Messages")
    topics.add_column("topic")
    topics.add_column("messages", justify="right")
    for topic, count in found.per_topic.items():
        topics.add_row(topic, str(count))
    for table in (outcomes, steps, topics):
        console.print(table)
    console.print(
        f"lost {found.lost}, duplicated effects {found.duplicated_effects}, out of order {found.out_of_order}, "
        f"delivered again and dropped {found.repeated_deliveries}\n"
        f"{found.simulated_days:g} days of virtual time in {found.wall_seconds:g} s, {found.clock_jumps} jumps\n"
        f"log hash {found.log_hash}",
        highlight=False,
    )
    if found.rightful:
        console.print("[green]Every application reached its rightful end in every service.[/]")
    for fault in found.faults[:20]:
        console.print(f"[red]{fault}[/]", highlight=False, soft_wrap=True)
    if len(found.faults) > 20:  # noqa: PLR2004 - as many as fit on a screen
        console.print(f"[red]… and {len(found.faults) - 20} more; --report lists them all[/]")
