"""The broker and the database of a run: our own, started side by side, or existing ones named by the environment."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, TypeVar
from urllib.parse import urlsplit

import asyncpg

from deploy.local.errors import LauncherError
from deploy.local.servers import kafka as kafka_module
from deploy.local.servers.cache import Progress, silent, try_lock
from deploy.local.servers.identities import Identities
from deploy.local.servers.kafka import Kafka, fetch_broker, kafka_node
from deploy.local.servers.ports import PortTaken
from deploy.local.servers.postgres import Postgres, find_postgres, postgres_server
from deploy.local.servers.processes import reap_stale
from services._chassis.broker import Broker

KAFKA_VARIABLE: Final = "KAFKA_BOOTSTRAP_SERVERS"
POSTGRES_VARIABLE: Final = "EGOV_POSTGRES_URL"
LOCK_FILE: Final = "launcher.lock"
Server = TypeVar("Server", Kafka, Postgres)
_REACH_SECONDS: Final = 10.0
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Servers:
    """Where to connect; `postgres_url` is of a user who may create databases, `identities` are there if the broker asks.

    `own_roles`: that user may create roles, so that each service has its own.
    """

    bootstrap_servers: str
    postgres_url: str = field(repr=False)  # it holds a password
    identities: Identities | None = None
    own_roles: bool = True

    def broker(self, user: str) -> Broker:
        """How this user comes to the broker, which may ask for nobody's name."""
        if self.identities is None:
            return Broker(self.bootstrap_servers)
        return self.identities.broker(user, self.bootstrap_servers)


@dataclass(frozen=True, slots=True)
class RunningServers:
    """Servers, and handles to those that are ours to kill, stop and start; None for an existing one."""

    servers: Servers
    kafka: Kafka | None
    postgres: Postgres | None


@dataclass(slots=True)
class _Own(Generic[Server]):
    """A server of ours, with all downloads done; `anywhere`: nobody asked for its port."""

    server: Server
    anywhere: bool

    async def start(self) -> None:
        """One try at a port that was asked for, a few at any: another program may take one before our server does."""
        for more in reversed(range(_TRIES if self.anywhere else 1)):
            try:
                await self.server.start()
            except PortTaken:
                if not more:
                    raise
                self.server = self.server.elsewhere()
            else:
                return


@dataclass(slots=True)
class _Plan:
    """For each server one of ours, or the address of an existing one."""

    kafka: _Own[Kafka] | str
    postgres: _Own[Postgres] | str
    keep: bool

    async def start(self, progress: Progress) -> RunningServers:
        progress("Starting Kafka and PostgreSQL…")
        addresses = await _both(self._kafka_address(), self._postgres_url())
        kafka, postgres = _ours(self.kafka), _ours(self.postgres)
        own_roles = postgres is not None or await may_create_roles(addresses[1])
        if not own_roles:
            progress(
                f"The user of {POSTGRES_VARIABLE} may not create roles, so every service comes to the database as that user "
                "and could read the others' data; give it CREATEROLE, and each has a role of its own."
            )
        servers = Servers(*addresses, kafka.identities if kafka else None, own_roles)
        place = urlsplit(servers.postgres_url)
        progress(f"Kafka answers on {servers.bootstrap_servers}, PostgreSQL on {place.hostname}:{place.port or 5432}.")
        return RunningServers(servers, kafka, postgres)

    async def _kafka_address(self) -> str:
        if isinstance(self.kafka, str):
            await check_kafka(self.kafka)
            return self.kafka
        await self.kafka.start()
        return self.kafka.server.bootstrap_servers

    async def _postgres_url(self) -> str:
        if isinstance(self.postgres, str):
            await check_postgres(self.postgres)
            return self.postgres
        await self.postgres.start()
        return self.postgres.server.url

    def stop(self) -> None:
        """Both are asked before either is waited for; each is stopped whatever happens to the other."""
        postgres = _ours(self.postgres)
        ours = [server for server in (_ours(self.kafka), postgres) if server is not None]
        for server in ours:
            server.terminate()
        try:
            for server in ours:
                server.stop()
        finally:
            for server in ours:
                server.kill()
                server.release()
            if postgres is not None and not self.keep:
                postgres.discard_outside_data()


def _ours(server: _Own[Server] | str) -> Server | None:
    return None if isinstance(server, str) else server.server


@contextmanager
def local_servers(
    run_dir: Path,
    progress: Progress = silent,
    kafka_port: int = 0,
    postgres_port: int = 0,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[RunningServers]:
    """Servers for the length of the block, with their data and logs in `run_dir`; port 0 means any free one.

    Use it from the main thread, outside an event loop. Raises LauncherError if a server cannot be had.
    """
    with alone_in(run_dir, progress):
        plan = _plan(run_dir, progress, kafka_port, postgres_port, environ)
        try:
            yield asyncio.run(plan.start(progress))
        finally:
            plan.stop()


@asynccontextmanager
async def local_servers_async(
    run_dir: Path,
    progress: Progress = silent,
    kafka_port: int = 0,
    postgres_port: int = 0,
    environ: Mapping[str, str] = os.environ,
    *,
    keep: bool = False,
    secure: bool = False,
) -> AsyncIterator[RunningServers]:
    """`local_servers` from inside an event loop, which downloads and the stop at the end block.

    `keep` leaves data for the next run in `run_dir` that the database had to put elsewhere (`postgres._OUTSIDE`).
    `secure`: the broker asks everybody who they are, and refuses what they have no right to.
    """
    with alone_in(run_dir, progress):
        async with servers_in(
            run_dir, progress, kafka_port, postgres_port, environ, keep=keep, secure=secure
        ) as running:
            yield running


@asynccontextmanager
async def servers_in(
    run_dir: Path,
    progress: Progress = silent,
    kafka_port: int = 0,
    postgres_port: int = 0,
    environ: Mapping[str, str] = os.environ,
    *,
    keep: bool = False,
    secure: bool = False,
) -> AsyncIterator[RunningServers]:
    """The same for who is `alone_in` the directory already."""
    plan = _plan(run_dir, progress, kafka_port, postgres_port, environ, keep=keep, secure=secure)
    try:
        yield await plan.start(progress)
    finally:
        plan.stop()


def is_in_use(run_dir: Path) -> bool:
    """Whether a run holds this directory now; its lock ends with it, however it ends."""
    try:
        with (run_dir / LOCK_FILE).open("r") as handle:
            return not try_lock(handle)
    except OSError:
        return False


@contextmanager
def alone_in(run_dir: Path, progress: Progress = silent) -> Iterator[None]:
    """One run per directory; each begins by ending what a killed one left there."""
    run_dir.mkdir(parents=True, exist_ok=True)
    with (run_dir / LOCK_FILE).open("a") as handle:
        if not try_lock(handle):
            raise LauncherError(
                f"{run_dir}: another run uses this run directory, and a directory serves one run at a time. "
                "Stop that run, or choose another directory."
            )
        for name in reap_stale(run_dir.absolute()):
            progress(f"Stopped {name}, which an earlier run had left behind.")
        yield


def _plan(
    run_dir: Path,
    progress: Progress,
    kafka_port: int,
    postgres_port: int,
    environ: Mapping[str, str],
    *,
    keep: bool = False,
    secure: bool = False,
) -> _Plan:
    directory = run_dir.absolute()
    if secure and environ.get(KAFKA_VARIABLE):
        raise LauncherError(
            f"--secure with {KAFKA_VARIABLE}: users and rights are made at our own broker, and that one is somebody else's. "
            "Unset the variable, or leave --secure out."
        )
    kafka = environ.get(KAFKA_VARIABLE) or _Own(
        kafka_node(fetch_broker(progress), directory, kafka_port, secure=secure), anywhere=not kafka_port
    )
    postgres = environ.get(POSTGRES_VARIABLE) or _Own(
        postgres_server(find_postgres(progress), directory, postgres_port), anywhere=not postgres_port
    )
    return _Plan(kafka, postgres, keep)


async def _both(first: Coroutine[None, None, str], second: Coroutine[None, None, str]) -> tuple[str, str]:
    """Side by side; when one fails the other is called off, and the failure is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = group.create_task(first), group.create_task(second)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return tasks[0].result(), tasks[1].result()


async def check_kafka(bootstrap_servers: str) -> None:
    """Raises LauncherError unless a Kafka answers there."""
    if not await kafka_module.answers(bootstrap_servers, _REACH_SECONDS):
        raise LauncherError(
            f"{KAFKA_VARIABLE}={bootstrap_servers}: no Kafka answers there within {_REACH_SECONDS:g} s; "
            "the variable must name reachable brokers as host:port,host:port. "
            "Start that Kafka or correct the variable, or unset it to use our own."
        )


async def check_postgres(url: str) -> None:
    """Raises LauncherError unless a PostgreSQL answers there and lets this user create databases."""
    try:
        connection = await asyncpg.connect(url, timeout=_REACH_SECONDS)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _unusable(f"no PostgreSQL lets us in there ({type(error).__name__})") from error
    try:
        if not await connection.fetchval("select rolcreatedb or rolsuper from pg_roles where rolname = current_user"):
            raise _unusable("its user may not create databases")
    finally:
        await connection.close()


async def may_create_roles(url: str) -> bool:
    """Whether this user may give each service a role of its own."""
    connection = await asyncpg.connect(url, timeout=_REACH_SECONDS)
    try:
        return bool(
            await connection.fetchval("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
        )
    finally:
        await connection.close()


def _unusable(why: str) -> LauncherError:
    """The value itself is not shown: it holds a password."""
    return LauncherError(
        f"{POSTGRES_VARIABLE}: {why}; the variable must read postgresql://user:password@host:port/postgres, "
        "for a user who may create databases. Start that server or correct the variable, or unset it to use our own."
    )
