"""`egov demo`: servers, chain, story, report; whatever happens, nothing is left behind."""

import asyncio
import contextlib
import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.live import Live
from rich.table import Table

from deploy.local.audit.ends import replay
from deploy.local.audit.ledger import Database, Ledger, audit, read_database
from deploy.local.audit.report import Report, report
from deploy.local.chain.chain import Chain, running_chain, watched
from deploy.local.chain.plan import Plan, drop_databases, run_name
from deploy.local.chain.services import definitions
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow, instant, read_applications
from deploy.local.files.row_error import RowError
from deploy.local.people.demo import Demo, Story, demo
from deploy.local.servers.cache import Progress
from deploy.local.servers.identities import CONDUCTOR
from deploy.local.servers.infra import RunningServers, local_servers_async
from deploy.local.servers.topics import delete_topics, read_topics
from law.universities import Universities, load_universities
from services._chassis.dead_letters import SUFFIX

_SHOW_SECONDS = 0.25
_PLAIN_SECONDS = 5.0
_STATES = "select status, count(*) from applications group by status order by status"


@dataclass(slots=True)
class Options:
    """What the command line chose."""

    applications: Path
    seed: int = 705
    keep: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    secure: bool = False


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
            f"{options.applications}: holds no good row. See deploy/local/files/data/README.md for the columns."
        )
    say: Progress = lambda text: console.print(text, highlight=False)  # noqa: E731 - one listener, used twice
    async with (
        run_directory("egov-demo-", say, keep=options.keep) as directory,
        local_servers_async(directory, say, secure=options.secure) as servers,
    ):
        plan = plan_of(options.seed, options.environment, directory, servers, virtual_start(rows, universities))
        async with cleaned_up(plan, servers), running_chain(plan, say) as chain:
            story = await told(chain, universities, rows, console, say)
            say("Auditing databases and topics…")
            databases, ledger = await inspect(plan)
            return Result(
                report(story, len({each.line for each in errors}), replay(databases), ledger, universities), errors
            )


async def inspect(plan: Plan) -> tuple[dict[str, Database], Ledger]:
    """The databases of a chain at rest, and what the ledger finds in them and on the topics."""
    with _all_kept():
        wired = definitions(plan.environment)
        databases = {name: await read_database(each, plan.database_url(name)) for name, each in wired.items()}
        live = [plan.topic_prefix + topic for each in databases.values() for topic in each.service.publishes]
        values = await read_topics(plan.servers.broker(CONDUCTOR), [*live, *(topic + SUFFIX for topic in live)])
        return databases, audit(list(databases.values()), values, plan.topic_prefix)


@contextlib.contextmanager
def _all_kept() -> Iterator[None]:
    """All that is read stays until the end: the collector's search for what could go would take a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def plan_of(
    seed: int, environment: Mapping[str, str], directory: Path, servers: RunningServers, start: datetime
) -> Plan:
    """On servers of our own the names are plain; on others they tell this run apart."""
    run_id = "demo" if servers.postgres else run_name()
    return Plan(
        servers=servers.servers,
        directory=directory,
        run=run_id,
        seed=str(seed),
        virtual_start=start,
        topic_prefix="" if servers.kafka else f"egov-{run_id}.",
        environment={
            **{f"{service}_SEED": str(seed) for service in ("ESUVO", "UNIVERSITY_IS", "CON")},
            **environment,
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
async def cleaned_up(plan: Plan, servers: RunningServers) -> AsyncIterator[None]:
    """Servers of others get back as they were: this run's databases and topics go."""
    try:
        yield
    finally:
        if not servers.postgres:
            await drop_databases(plan)
        if not servers.kafka:
            await delete_topics(plan.servers.bootstrap_servers, plan.topic_prefix)


async def told(
    chain: Chain,
    universities: Universities,
    rows: list[ApplicationRow],
    console: Console,
    say: Progress,
    prepare: Callable[[Demo], None] = lambda _demo: None,
) -> Story:
    """The story, while whatever dies is started again and the state of the applications is shown."""
    view = View(chain, len(rows), console, _STATES)
    async with watched(chain), view.shown(), demo(chain, universities, view.show) as story:
        prepare(story)
        return await story.run(rows, say)


class View:
    """Applications per state, as the query `states` of the portal's database finds them.

    A table that changes on a terminal, a line every few seconds elsewhere.
    """

    def __init__(self, chain: Chain, rows: int, console: Console, states: str) -> None:
        self._url = chain.plan.database_url("portal")
        self._states = states
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
        rows = await self._pool.fetch(self._states)
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
