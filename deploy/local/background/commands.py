"""What the command line does with the chain of `egov up`."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from deploy.local.background import outside, supervisor
from deploy.local.background.connections import conductor_of, operator_at
from deploy.local.background.state import State, Wish, home
from deploy.local.chain.plan import drop_databases
from deploy.local.errors import LauncherError
from deploy.local.files.applications import ApplicationRow, good_applications
from deploy.local.people.reference import enter_graduates, stock
from deploy.local.servers.cache import try_lock
from deploy.local.servers.identities import LOGINS
from deploy.local.servers.infra import (
    KAFKA_VARIABLE,
    LOCK_FILE,
    POSTGRES_VARIABLE,
    Servers,
    check_kafka,
    check_postgres,
)
from deploy.local.servers.postgres import discard_outside_data
from deploy.local.servers.private import private_directory
from deploy.local.servers.topics import delete_topics
from law.universities import Universities, load_universities

_FOLLOW_SECONDS: Final = 0.2
_END_SECONDS: Final = 60.0


async def up(wish: Wish, applications: Path, console: Console) -> None:
    """Start the supervisor, wait until the chain is ready, fill the universities' registers, print the addresses."""
    try:
        state = State.read()
        console.print("The chain runs already.")
    except LauncherError:
        outside.refuse("A container cannot start the chain", "up --detach")
        universities = load_universities()
        rows = good_applications(applications, universities)
        state = await _start(wish, console)
        if "university_is" in state.urls:
            await furnish(state, universities, rows)
    _show(state, console)


async def furnish(state: State, universities: Universities, rows: Sequence[ApplicationRow]) -> None:
    """What the universities have and know before any application comes; doing it again changes nothing."""
    async with operator_at(state, "university_is") as university_is:
        await stock(university_is, {each.code: each.blanks for each in universities.values()})
        await enter_graduates(university_is, universities, rows)


async def _start(wish: Wish, console: Console) -> State:
    directory = home()
    private_directory(directory)
    console.print(f"Starting; progress is in {directory / 'supervisor.log'}…", highlight=False)
    with (directory / "supervisor.log").open("ab") as log:
        process = psutil.Popen(
            [sys.executable, "-m", "deploy.local.background.supervisor", wish.to_json()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        return await supervisor.wait_for_state(process)
    except BaseException:  # interrupted, too slow, or dead: half a chain is no chain
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            await asyncio.to_thread(process.wait, _END_SECONDS)
        raise


def _show(state: State, console: Console) -> None:
    for name, url in state.urls.items():
        console.print(f"{name:14} {state.published.get(name, url)}/docs", highlight=False)
    console.print(f"{'nca':14} {state.published.get('nca', state.nca_url)}/nca.cer, /nca.crl, /ocsp", highlight=False)
    for name, address in (("kafka", state.bootstrap_servers), ("postgres", state.postgres_url)):
        console.print(f"{name:14} {state.published.get(name, address)}", highlight=False, soft_wrap=True)
    if state.kafka_user:
        logins = state.published.get("kafka logins", str(Path(state.directory) / LOGINS))
        console.print(f"{'kafka logins':14} {logins}", highlight=False, soft_wrap=True)
    console.print(f"operator token {state.operator_token}", highlight=False)


async def status(state: State, console: Console) -> None:
    table = Table()
    for column in ("service", "address", "state", "outbox", "next timer (UTC)"):
        table.add_column(column)
    for name, url in state.urls.items():
        table.add_row(name, state.published.get(name, url), *(await _health(state, name)))
    console.print(table)
    _show(state, console)


async def _health(state: State, name: str) -> tuple[str, str, str]:
    try:
        async with operator_at(state, name) as http:
            ready = (await http.get("/health/ready")).json()
            activity = (await http.get("/internal/activity")).json()
    except LauncherError:
        return "[red]another program[/]", "", ""
    except (httpx.HTTPError, ValueError) as error:
        return f"[red]{type(error).__name__}[/]", "", ""
    missing = [name for name, ok in ready["checks"].items() if not ok]
    said = "[green]ready[/]" if not missing else f"[red]waits for {', '.join(missing)}[/]"
    return said, str(activity["outbox"]), str(activity["next_timer"] or "none")


def logs(service: str, lines: int, *, follow: bool) -> None:
    """Print the end of a log, and what comes if asked to."""
    outside.refuse("The logs are not in this container", f"logs {service}")
    path = _log_of(service)
    with path.open(errors="replace") as log, suppress(KeyboardInterrupt):  # how following ends
        sys.stdout.writelines(deque(log, maxlen=lines))
        while follow:
            line = log.readline()
            if line:
                sys.stdout.write(line)
            else:
                sys.stdout.flush()
                time.sleep(_FOLLOW_SECONDS)


def _log_of(service: str) -> Path:
    directory = home()
    servers = [directory / name / f"{name}.log" for name in ("kafka", "postgres")]
    known = {path.stem: path for path in [*directory.glob("*.log"), *(directory / "logs").glob("*.log"), *servers]}
    known = {name: path for name, path in known.items() if path.exists()}
    if service not in known:
        there = ", ".join(sorted(known)) or "none, as `egov up` never ran"
        raise LauncherError(f"{service}: there is no log of this name. The logs are: {there}.")
    return known[service]


async def reset() -> None:
    """Remove the data, on servers of others too if the environment names them. Raises LauncherError while it runs."""
    outside.refuse("A container cannot forget the data", "down --volumes")
    directory = private_directory(home())
    with (directory / LOCK_FILE).open("a") as lock:
        if not try_lock(lock):
            raise LauncherError("The chain runs. Stop it with `egov down` before its data is removed.")
        if url := os.environ.get(POSTGRES_VARIABLE):
            await check_postgres(url)
            await drop_databases(
                supervisor.plan(Wish(datetime.now(UTC), 0, 0), Servers("", url), supervisor.FOREIGN_PREFIX)
            )
        if bootstrap_servers := os.environ.get(KAFKA_VARIABLE):
            await check_kafka(bootstrap_servers)
            await delete_topics(bootstrap_servers, supervisor.FOREIGN_PREFIX)
        discard_outside_data(directory / "postgres")
        shutil.rmtree(directory, ignore_errors=True)


async def clock_show(state: State, console: Console) -> None:
    async with conductor_of(state) as leader:
        rate = leader.state.rate if leader.state else 0
        console.print(
            f"{leader.now.isoformat(timespec='seconds')}, {rate:g} virtual seconds per second", highlight=False
        )


async def clock_rate(state: State, rate: float, console: Console) -> None:
    async with conductor_of(state) as leader:
        await leader.set_clock(leader.now, rate)
        console.print(f"{leader.now.isoformat(timespec='seconds')}, now at rate {rate:g}", highlight=False)


async def clock_forward(state: State, until: datetime | None, console: Console) -> None:
    async with conductor_of(state) as leader:
        if until is not None and until < leader.now:
            raise LauncherError(
                f"--until {until.isoformat()}: virtual time never goes back, and it is {leader.now.isoformat()}. "
                "Give a later moment, or start from nothing: `egov down`, `egov reset`, `egov up --at …`."
            )
        await leader.jump(leader.now)
        while (timer := await leader.quiescence()) is not None and (until is None or timer <= until):
            await leader.jump(timer)
        if until is not None and until > leader.now:
            await leader.jump(until)
        moment = leader.now.isoformat(timespec="seconds")
        console.print(f"It is {moment} after {leader.jumps} jumps, and the clock stands still.", highlight=False)
