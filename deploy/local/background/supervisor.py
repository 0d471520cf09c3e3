"""`egov up` in the background: one process that holds servers and services."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil

from contracts.generate import plainly
from deploy.local.authority import http as nca_http
from deploy.local.background import outside
from deploy.local.background.state import State, Wish, home
from deploy.local.chain.chain import chain_behind, doors_of
from deploy.local.chain.conductor import conductor
from deploy.local.chain.plan import Plan
from deploy.local.chain.services import BOTH_LEGS
from deploy.local.errors import LauncherError, known
from deploy.local.servers.cache import cache_dir
from deploy.local.servers.identities import AUTHORITY, CONDUCTOR
from deploy.local.servers.infra import RunningServers, Servers, alone_in, servers_in
from deploy.local.servers.kafka import cluster_at
from deploy.local.servers.ports import HOST, Door
from deploy.local.servers.postgres import outside_data_are_gone
from deploy.local.servers.private import keep_private
from deploy.local.servers.processes import wait_until

READY_SECONDS: Final = 300.0
STOP_SECONDS: Final = 60.0
FOREIGN_PREFIX: Final = "egov-up."
_NOTICES: Final = "notices"
_ALL: Final = "requests and notices"
STARTING: Final = "--- egov up ---"
_LAST_LINES: Final = 15


async def hold(wish: Wish) -> None:
    """Run the chain until SIGTERM; a service that dies is started again. The state file appears when all are ready."""
    directory = home()
    stopping = told_to_stop()
    _require_whole(directory)
    # All ports are ours before anything is started or changed: one that is taken leaves everything as it was.
    with (
        alone_in(directory, _say),
        doors_of(plan(wish, Servers("", ""), "")) as doors,
        closing(Door.claim(wish.nca_port, "the certification authority")) as nca_door,
    ):
        async with servers_in(
            directory, _say, wish.kafka_port, wish.postgres_port, keep=True, secure=wish.secure
        ) as servers:
            require_same_wiring(directory, wish)
            await _hold_on(wish, servers, doors, nca_door, stopping)


async def _hold_on(
    wish: Wish, servers: RunningServers, doors: Mapping[str, Door], nca_door: Door, stopping: asyncio.Event
) -> None:
    State.forget()
    prefix, nca_url = "" if servers.kafka else FOREIGN_PREFIX, f"http://{HOST}:{nca_door.port}"
    wished = plan(wish, servers.servers, prefix, nca_url)
    broker = servers.servers.broker(AUTHORITY)
    async with (
        nca_http.shown(home() / "nca", nca_door.listener(), broker, prefix, wished.chain_id),
        chain_behind(doors, wished, _say) as chain,
        time_runs(wish, chain.plan, chain.urls),
    ):
        await chain.ready()
        cluster = await cluster_at(broker)
        replace(state_of(chain.plan, chain.urls, nca_url), cluster_id=cluster or "").write()
        watching = asyncio.create_task(chain.watch())
        await _first(watching, stopping)
        State.forget()
        _say("Stopping…")


def told_to_stop() -> asyncio.Event:
    """Set once SIGTERM or SIGINT comes."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _require_whole(directory: Path) -> None:
    if outside_data_are_gone(directory / "postgres"):
        raise LauncherError(
            "The databases of the last `egov up` lay in the system's temporary directory and were removed there; "
            "a chain goes on from all of its data or from none. Forget the rest with `egov reset`, then start again."
        )


def require_same_wiring(directory: Path, wish: Wish, forgetting: str = "`egov reset`") -> None:
    """Refuse to go on with data of a chain in which requests took the other way: some would be heard by nobody (ADR 0024)."""
    noted, wired = directory / "wiring", _ALL if wish.gateway_on_request_leg else _NOTICES
    before = noted.read_text().strip() if noted.exists() else _NOTICES if (directory / "nca").exists() else wired
    if before != wired:
        raise LauncherError(
            f"The data here are of a chain whose gateway carries {before}, and this one's would carry {wired}. "
            f"Start it as before, or forget its data with {forgetting}."
        )
    directory.mkdir(parents=True, exist_ok=True)
    noted.write_text(wired + "\n")


def plan(wish: Wish, servers: Servers, topic_prefix: str, nca_url: str = "") -> Plan:
    """The chain of `egov up`: on servers of others its topics have a prefix, its databases always."""
    return Plan(
        servers=servers,
        directory=home(),
        run="up",
        seed=str(wish.seed),
        virtual_start=wish.virtual_start,
        topic_prefix=topic_prefix,
        ports=wish.ports,
        environment={
            "ESUVO_SEED": str(wish.seed),
            "UNIVERSITY_IS_SEED": str(wish.seed),
            **(BOTH_LEGS if wish.gateway_on_request_leg else {}),
            **({"PORTAL_OCSP_URL": nca_url + nca_http.OCSP_PATH} if wish.ocsp else {}),
        },
        instances=dict.fromkeys(wish.without, 0),
    )


@contextlib.asynccontextmanager
async def time_runs(wish: Wish, plan: Plan, urls: Mapping[str, str]) -> AsyncIterator[None]:
    """Virtual time goes on where it was, and stands still while the chain does: no deadline is breached because of `down`."""
    async with conductor(
        list(urls.values()), plan.servers.broker(CONDUCTOR), plan.topic_prefix, plan.operator_token
    ) as leader:
        if leader.passed_over:
            _say(leader.passed_over)
        await leader.set_clock(leader.now if leader.state else wish.virtual_start, wish.rate)
    try:
        yield
    finally:
        # Anew: the commands of `egov clock` have moved time since.
        async with conductor([], plan.servers.broker(CONDUCTOR), plan.topic_prefix, plan.operator_token) as leader:
            await leader.set_clock(leader.now, rate=0)


def state_of(plan: Plan, urls: Mapping[str, str], nca_url: str, published: Mapping[str, str] | None = None) -> State:
    """What this process has to say of a chain that it holds."""
    leader = plan.servers.broker(CONDUCTOR)
    return State(
        pid=os.getpid(),
        started=psutil.Process().create_time(),
        urls=dict(urls),
        bootstrap_servers=plan.servers.bootstrap_servers,
        postgres_url=plan.servers.postgres_url,
        topic_prefix=plan.topic_prefix,
        operator_token=plan.operator_token,
        directory=str(plan.directory),
        nca_url=nca_url,
        published=dict(published or {}),
        chain_id=plan.chain_id,
        kafka_user=leader.user,
        kafka_password=leader.password,
    )


async def _first(watching: asyncio.Task[None], stopping: asyncio.Event) -> None:
    """Until told to stop, or until watching fails, which then is raised."""
    told = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((told, watching), return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
    finally:
        told.cancel()
        watching.cancel()


def stop(state: State) -> None:
    """Ask the supervisor to stop and wait until it, and so everything, is gone."""
    outside.refuse("A container cannot stop the chain", "down")
    process = state.process
    if process is None:
        raise LauncherError("The chain of the last `egov up` has ended.")
    try:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        raise LauncherError(
            f"The chain (pid {state.pid}) did not stop within {STOP_SECONDS:g} s. See {home() / 'supervisor.log'}."
        ) from None


async def wait_for_state(process: psutil.Popen) -> State:
    """The state of a supervisor that was just started. Raises LauncherError with its last words if it ends first."""
    log = home() / "supervisor.log"
    state: State | None = None

    def ready() -> bool:
        nonlocal state
        if process.poll() is not None:
            raise LauncherError(f"The chain did not start. {log} ends with:\n{_last_words(log)}")
        state = State.found()
        return state is not None and state.pid == process.pid

    await wait_until(ready, READY_SECONDS, "the chain to be ready", every_seconds=0.1)
    return State.read()


def _last_words(log: Path) -> str:
    """What the last start wrote, or the end of it: the file goes on from one start to the next."""
    return "\n".join(log.read_text(errors="replace").rpartition(STARTING)[2].splitlines()[-_LAST_LINES:])


def _say(text: str) -> None:
    print(text, flush=True)  # standard output is the supervisor's log


def main() -> None:
    """`python -m deploy.local.background.supervisor WISH`, as `egov up` starts it; WISH is `Wish.to_json`."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it reports what it is about to try again
    keep_private()
    _say(STARTING)
    sys.exit(plainly.run(_supervise, known, lambda: cache_dir() / "mistakes.log"))


def _supervise() -> None:
    match sys.argv[1:]:
        case [wish]:
            asyncio.run(hold(Wish.from_json(wish)))
        case _:
            raise LauncherError(
                "`python -m deploy.local.background.supervisor` is for `egov up`, which says what it wishes."
            )


if __name__ == "__main__":
    main()
