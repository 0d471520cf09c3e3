"""What the command line does with the chain of `egov up`."""

import shutil
import subprocess
import sys
import time
from collections import deque
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from contracts.universities import load_universities
from deploy.local import supervisor
from deploy.local.applications import read_applications
from deploy.local.conductor import Conductor, conductor
from deploy.local.nca import Nca, Person, write_private
from deploy.local.processes import LauncherError
from deploy.local.reference import enter_graduates, stock
from deploy.local.supervisor import State, Wish
from services.portal.eds import Use

_FOLLOW_SECONDS: Final = 0.2
_YEAR: Final = timedelta(days=365)


async def up(at: datetime, rate: float, seed: int, applications: Path, console: Console) -> None:
    """Start the supervisor, wait until the chain is ready, fill the universities' registers, print the addresses."""
    try:
        state = State.read()
        console.print("The chain runs already.")
    except LauncherError:
        state = await _start(Wish(at, rate, seed), console)
        universities = load_universities()
        rows, _ = read_applications(applications, universities)
        async with _operator(state, "university_is") as university_is:
            await stock(university_is, universities)
            await enter_graduates(university_is, universities, rows)
    _show(state, console)


async def _start(wish: Wish, console: Console) -> State:
    home = supervisor.home()
    home.mkdir(parents=True, exist_ok=True)
    console.print(f"Starting; progress is in {home / 'supervisor.log'}…", highlight=False)
    arguments = [wish.virtual_start.isoformat(), str(wish.rate), str(wish.seed)]
    with (home / "supervisor.log").open("wb") as log:
        process = psutil.Popen(
            [sys.executable, "-m", "deploy.local.supervisor", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return await supervisor.wait_for_state(process)


def _show(state: State, console: Console) -> None:
    for name, url in state.urls.items():
        console.print(f"{name:14} {url}/docs", highlight=False)
    console.print(f"{'kafka':14} {state.bootstrap_servers}", highlight=False)
    console.print(f"{'postgres':14} {state.postgres_url}", highlight=False)
    console.print(f"operator token {state.operator_token}", highlight=False)


async def status(state: State, console: Console) -> None:
    table = Table()
    for column in ("service", "address", "state", "outbox", "next timer (UTC)"):
        table.add_column(column)
    for name, url in state.urls.items():
        async with _operator(state, name) as http:
            table.add_row(name, url, *(await _health(http)))
    console.print(table)
    _show(state, console)


async def _health(http: httpx.AsyncClient) -> tuple[str, str, str]:
    try:
        ready = (await http.get("/health/ready")).json()
        activity = (await http.get("/internal/activity")).json()
    except (httpx.HTTPError, ValueError) as error:
        return f"[red]{type(error).__name__}[/]", "", ""
    missing = [name for name, ok in ready["checks"].items() if not ok]
    state = "[green]ready[/]" if not missing else f"[red]waits for {', '.join(missing)}[/]"
    return state, str(activity["outbox"]), str(activity["next_timer"] or "none")


def logs(service: str, lines: int, *, follow: bool) -> None:
    """Print the end of a log, and what comes if asked to."""
    path = _log_of(service)
    with path.open(errors="replace") as log:
        sys.stdout.writelines(deque(log, maxlen=lines))
        while follow:
            line = log.readline()
            if line:
                sys.stdout.write(line)
            else:
                sys.stdout.flush()
                time.sleep(_FOLLOW_SECONDS)


def _log_of(service: str) -> Path:
    home = supervisor.home()
    known = {path.stem: path for path in [*home.glob("*.log"), *(home / "logs").glob("*.log")]}
    if service not in known:
        there = ", ".join(sorted(known)) or "none, as `egov up` never ran"
        raise LauncherError(f"{service}: there is no log of this name. The logs are: {there}.")
    return known[service]


def reset() -> None:
    """Remove the data. Raises LauncherError while the chain runs."""
    try:
        State.read()
    except LauncherError:
        shutil.rmtree(supervisor.home(), ignore_errors=True)
        return
    raise LauncherError("The chain runs. Stop it with `egov down` before its data is removed.")


async def clock_show(state: State, console: Console) -> None:
    async with _conductor(state) as leader:
        rate = leader.state.rate if leader.state else 0
        console.print(
            f"{leader.now.isoformat(timespec='seconds')}, {rate:g} virtual seconds per second", highlight=False
        )


async def clock_rate(state: State, rate: float, console: Console) -> None:
    async with _conductor(state) as leader:
        await leader.set_clock(leader.now, rate)
        console.print(f"{leader.now.isoformat(timespec='seconds')}, now at rate {rate:g}", highlight=False)


async def clock_forward(state: State, until: datetime | None, console: Console) -> None:
    async with _conductor(state) as leader:
        await leader.jump(leader.now)
        while (timer := await leader.quiescence()) is not None and (until is None or timer <= until):
            await leader.jump(timer)
        if until is not None and until > leader.now:
            await leader.jump(until)
        moment = leader.now.isoformat(timespec="seconds")
        console.print(f"It is {moment} after {leader.jumps} jumps, and the clock stands still.", highlight=False)


def issue(iin: str, surname: str, name: str, patronymic: str | None, out: Path) -> None:
    """Both certificates of a person, each with its key, in files that only their owner reads."""
    directory = supervisor.home() / "nca"
    try:
        nca = Nca.load(directory)
    except FileNotFoundError:
        raise LauncherError("There is no certification authority yet. Start the chain with `egov up`.") from None
    out.mkdir(parents=True, exist_ok=True)
    person, since = Person(iin, surname, name, patronymic), nca.certificate.not_valid_before_utc
    key = None
    for use in Use:
        credential = nca.issue(person, use, since, since + 10 * _YEAR, key)
        key = credential.key
        write_private(out / f"{use.value}.pem", credential.to_pem())
    nca.save(directory)


def _operator(state: State, service: str) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {state.operator_token}"}
    return httpx.AsyncClient(base_url=state.urls[service], headers=headers, timeout=60.0, trust_env=False)


def _conductor(state: State) -> AbstractAsyncContextManager[Conductor]:
    return conductor(list(state.urls.values()), state.bootstrap_servers, state.topic_prefix, state.operator_token)
