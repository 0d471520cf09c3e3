"""The real broker and database that integration tests use: one of each per test session, names of its own per test."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.local.servers.infra import RunningServers, Servers, local_servers_async

TESTCONTAINERS = "testcontainers"


@dataclass(frozen=True, slots=True)
class Place:
    """A test's own corner: a database and a prefix for its topics and groups."""

    servers: Servers
    database_url: str
    topic_prefix: str


@asynccontextmanager
async def session_servers(directory: Path) -> AsyncIterator[RunningServers]:
    """`EGOV_TEST_INFRA=testcontainers` takes them from Docker; else the local launcher starts them, or uses the servers
    that KAFKA_BOOTSTRAP_SERVERS and EGOV_POSTGRES_URL name. A server that cannot be had fails the tests, never skips them.
    """
    if os.environ.get("EGOV_TEST_INFRA") == TESTCONTAINERS:
        from tests.support.containers import container_servers  # noqa: PLC0415 - asks for a Docker engine

        with container_servers() as running:
            yield running
    else:
        async with local_servers_async(directory) as running:
            yield running


@asynccontextmanager
async def place(servers: Servers) -> AsyncIterator[Place]:
    name = f"t{secrets.token_hex(5)}"
    await _administer(servers, f'create database "{name}"')
    yield Place(servers, servers.postgres_url.rpartition("/")[0] + f"/{name}", f"{name}.")
    await _administer(servers, f'drop database "{name}" with (force)')


async def _administer(servers: Servers, statement: str) -> None:
    """Over a connection of its own: a test may kill the server in between."""
    admin = await asyncpg.connect(servers.postgres_url)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()
