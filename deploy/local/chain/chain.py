"""The five services as processes on this machine: databases, environment, start, readiness, restart, stop."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from deploy.local.authority.nca import Nca
from deploy.local.chain.patience import client
from deploy.local.chain.plan import SERVICES, Plan, create_databases, instance_names
from deploy.local.chain.settings import authority, document_secrets, service_settings
from deploy.local.servers.cache import Progress, silent
from deploy.local.servers.ports import HOST, Door
from deploy.local.servers.processes import Process, wait_ready, wait_until
from deploy.local.servers.rights import open_broker
from services._chassis.settings import CHAIN_HEADER

_READY_SECONDS: Final = 60.0
_WATCH_SECONDS: Final = 0.2


@dataclass(slots=True)
class Chain:
    """A chain that runs. `urls` are base addresses by instance name: "portal", and "portal-2" for a second one."""

    plan: Plan
    nca: Nca
    processes: dict[str, Process]
    urls: dict[str, str]
    restarts: dict[str, int] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)

    def url(self, service: str) -> str:
        return self.urls[service]

    async def watch(self) -> None:
        """Start again whatever died, for ever: what a process had promised is in its database."""
        while True:
            for name, process in self.processes.items():
                if not process.alive and name not in self.retired:
                    self.restarts[name] = self.restarts.get(name, 0) + 1
                    process.start()
            await asyncio.sleep(_WATCH_SECONDS)

    def retire(self, name: str) -> None:
        """This instance dies as by a crash and is not started again."""
        self.retired.add(name)
        self.processes[name].kill()

    async def halt(self, name: str) -> None:
        """This instance is stopped and stays so, until it is resumed."""
        self.retired.add(name)
        await asyncio.to_thread(self.processes[name].stop)

    async def resume(self, name: str) -> None:
        """What was halted runs again; on return it is ready."""
        self.processes[name].start()
        self.retired.discard(name)
        await self.serving(name)
        await self.ready([name])

    async def serving(self, name: str) -> None:
        """Wait until this instance answers at all, ready or not, however often it dies meanwhile."""
        async with client(timeout=5.0) as http:
            await wait_until(self._answers(http, name, "live"), _READY_SECONDS, f"{name} to answer")

    async def restarted(self, name: str, after: int) -> None:
        """Wait until this instance has been started again more often than `after` times."""
        await wait_until(lambda: self.restarts.get(name, 0) > after, _READY_SECONDS, f"{name} to be started again")

    async def ready(self, names: Sequence[str] = ()) -> None:
        """Wait until these instances (all, if none is named) are ready to work."""
        async with client(timeout=5.0) as http:
            for name in names or list(self.processes):
                await wait_ready(self.processes[name], self._answers(http, name, "ready"), _READY_SECONDS)

    def _answers(self, http: httpx.AsyncClient, name: str, question: str) -> Callable[[], Awaitable[bool]]:
        return answers(http, f"{self.urls[name]}/health/{question}", self.plan.chain_id)

    async def alive(self) -> None:
        """Wait until all instances answer, ready or not, or one of them ends."""
        async with client(timeout=5.0) as http:
            for name, process in self.processes.items():
                await wait_ready(process, self._answers(http, name, "live"), _READY_SECONDS)


@asynccontextmanager
async def running_chain(plan: Plan, progress: Progress = silent) -> AsyncIterator[Chain]:
    """Databases made, services started and answering (not ready before the clock is set); stopped at the end."""
    with doors_of(plan) as doors:
        async with chain_behind(doors, plan, progress) as chain:
            yield chain


@contextmanager
def doors_of(plan: Plan) -> Iterator[dict[str, Door]]:
    """A port for each instance, held for the length of the block. Raises LauncherError if one is taken."""
    with ExitStack() as held:
        yield {
            name: held.enter_context(closing(Door.claim(plan.ports.get(name, 0), name)))
            for service in SERVICES
            for name in instance_names(plan, service)
        }


@asynccontextmanager
async def chain_behind(doors: Mapping[str, Door], plan: Plan, progress: Progress = silent) -> AsyncIterator[Chain]:
    """`running_chain` on ports that are held already."""
    nca_directory = plan.directory / "nca"
    nca = authority(plan, nca_directory)
    progress("Making the databases…")
    await create_databases(plan)
    await open_broker(plan.servers, plan.topic_prefix)
    secret, papers = secrets.token_urlsafe(32), document_secrets(plan.directory)
    urls = {name: f"http://{HOST}:{door.port}" for name, door in doors.items()}
    processes = {name: service_process(plan, name, door, nca_directory, secret, papers) for name, door in doors.items()}
    chain = Chain(plan, nca, processes, urls)
    try:
        progress(f"Starting {', '.join(doors)}…")
        for process in processes.values():
            process.start()
        await chain.alive()
        yield chain
    finally:
        stop(chain.processes.values())


@asynccontextmanager
async def watched(chain: Chain) -> AsyncIterator[None]:
    """What dies is started again for the length of the block."""
    watching = asyncio.create_task(chain.watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


def stop(processes: Iterable[Process]) -> None:
    """Ask all, then wait for each."""
    stopping = list(processes)
    for process in stopping:
        process.terminate()
    for process in stopping:
        process.stop()


def service_process(
    plan: Plan, name: str, door: Door, nca_directory: Path, secret: str, papers: Mapping[str, str]
) -> Process:
    service, _, number = name.partition("-")
    own = service_settings(plan, service, number or "1", door.port, nca_directory, secret, papers)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(_OUR_PREFIXES)}
    environment = {**inherited, **own}
    return Process(
        name=name,
        argv=[sys.executable, "-m", f"services.{service}"],
        env=environment,
        log_path=plan.directory / "logs" / f"{name}.log",
        pid_path=plan.directory / f"{name}.pid",
        listener=door.listener,
        listener_variable=f"{service.upper()}_LISTEN_FD",
    )


_OUR_PREFIXES: Final = tuple(f"{service.upper()}_" for service in SERVICES)


def answers(http: httpx.AsyncClient, url: str, chain_id: str) -> Callable[[], Awaitable[bool]]:
    """Asks whether a process of this very chain says yes there: the address alone proves nothing."""

    async def check() -> bool:
        try:
            answer = await http.get(url)
        except httpx.HTTPError:
            return False
        return answer.is_success and answer.headers.get(CHAIN_HEADER) == chain_id

    return check
