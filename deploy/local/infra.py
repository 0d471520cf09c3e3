"""The broker and the database of a run: our own, started side by side, or existing ones named by the environment."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg

from deploy.local import kafka as kafka_server
from deploy.local import postgres as postgres_server
from deploy.local.cache import Progress, locked, silent
from deploy.local.kafka import Kafka, fetch_broker, kafka_node
from deploy.local.postgres import Postgres, find_postgres
from deploy.local.processes import LauncherError, reap_stale

KAFKA_VARIABLE: Final = "KAFKA_BOOTSTRAP_SERVERS"
POSTGRES_VARIABLE: Final = "EGOV_POSTGRES_URL"
_REACH_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Servers:
    """Where to connect. `postgres_url` is one that may create databases: postgresql://user:password@host:port/postgres."""

    bootstrap_servers: str
    postgres_url: str = field(repr=False)  # it holds a password


@dataclass(frozen=True, slots=True)
class RunningServers:
    """Servers, and handles to those that are ours to kill, stop and start; None for an existing one."""

    servers: Servers
    kafka: Kafka | None
    postgres: Postgres | None


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
    with _alone_in(run_dir):
        planned = _plan(run_dir, progress, kafka_port, postgres_port, environ)
        try:
            yield asyncio.run(planned.start(progress))
        finally:
            planned.stop()


@asynccontextmanager
async def local_servers_async(
    run_dir: Path,
    progress: Progress = silent,
    kafka_port: int = 0,
    postgres_port: int = 0,
    environ: Mapping[str, str] = os.environ,
) -> AsyncIterator[RunningServers]:
    """The same from inside an event loop, which the first downloads and the stop block."""
    with _alone_in(run_dir):
        planned = _plan(run_dir, progress, kafka_port, postgres_port, environ)
        try:
            yield await planned.start(progress)
        finally:
            planned.stop()


@contextmanager
def _alone_in(run_dir: Path) -> Iterator[None]:
    """One run per directory, since each begins by ending what a killed one left there."""
    run_dir.mkdir(parents=True, exist_ok=True)
    try:
        lock = locked(run_dir / "launcher.lock", "in this run directory", wait_seconds=0)
        lock.__enter__()
    except LauncherError as error:
        raise LauncherError(
            f"{run_dir}: another run uses this run directory, and a directory serves one run at a time. "
            "Stop that run, or choose another directory."
        ) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be started, with all downloads done: from here on nothing takes long or blocks."""

    bootstrap_servers: str
    postgres_url: str | None
    kafka: Kafka | None
    postgres: Postgres | None

    async def start(self, progress: Progress) -> RunningServers:
        ours = [server for server in (self.kafka, self.postgres) if server]
        if ours:
            names = " and ".join(server.process.name for server in ours)
            progress(f"Starting {names}…")
        await _together(*[server.start() for server in ours], *self._checks())
        url = self.postgres.url if self.postgres else self.postgres_url
        servers = Servers(self.kafka.bootstrap_servers if self.kafka else self.bootstrap_servers, url or "")
        progress(f"Kafka answers on {servers.bootstrap_servers}, PostgreSQL on {_without_password(servers.postgres_url)}.")
        return RunningServers(servers, self.kafka, self.postgres)
