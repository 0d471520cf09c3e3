"""Each service's role owns its own database, enters no other, and is nobody on the server."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from deploy.local.servers import databases
from deploy.local.servers.infra import RunningServers, Servers, may_create_roles

PASSWORD = "made-up"
REACH_OUT = (
    "select pg_read_file('/etc/hostname')",
    "select pg_ls_dir('.')",
    "copy (select 1) to program 'true'",
    "copy (select 1) to '/tmp/out-of-bounds'",
    "create table hosts (line text); copy hosts from '/etc/hosts'",
    "create role another superuser",
    "create database another",
    "alter role current_user createdb",
    "select passwd from pg_shadow",
)


@dataclass(frozen=True, slots=True)
class Two:
    """Two services' databases on one server, by the names of their roles."""

    servers: Servers
    portal: str
    esuvo: str

    def url(self, role: str, database: str, password: str = PASSWORD) -> str:
        parts = urlsplit(self.servers.postgres_url)
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{role}:{password}@{place}", path=f"/{database}"))

    async def ask(self, statement: str, role: str, database: str) -> object:
        connection = await asyncpg.connect(self.url(role, database))
        try:
            return await connection.fetchval(statement) if ";" not in statement else await connection.execute(statement)
        finally:
            await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two(running_servers: RunningServers) -> AsyncIterator[Two]:
    run = secrets.token_hex(4)
    found = Two(running_servers.servers, f"t{run}_portal", f"t{run}_esuvo")
    for name in (found.portal, found.esuvo):
        await databases.create(found.servers.postgres_url, name, PASSWORD)
    yield found
    for name in (found.portal, found.esuvo):
        await databases.drop(found.servers.postgres_url, name)


async def test_a_service_reads_and_writes_its_own_database(two: Two) -> None:
    await two.ask("create table own (word text); insert into own values ('mine')", two.portal, two.portal)

    assert await two.ask("select word from own", two.portal, two.portal) == "mine"


async def test_a_service_does_not_enter_another_s_database(two: Two) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await two.ask("select 1", two.portal, two.esuvo)


@pytest.mark.parametrize("statement", REACH_OUT)
async def test_a_service_is_nobody_on_the_server(two: Two, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await two.ask(statement, two.portal, two.portal)


async def test_the_next_start_gives_a_role_another_password(two: Two) -> None:
    await databases.create(two.servers.postgres_url, two.portal, "another")
    try:
        connection = await asyncpg.connect(two.url(two.portal, two.portal, "another"))
        await connection.close()

        with pytest.raises(asyncpg.InvalidPasswordError):
            await two.ask("select 1", two.portal, two.portal)
    finally:
        await databases.create(two.servers.postgres_url, two.portal, PASSWORD)


async def test_tables_of_a_release_whose_services_were_all_one_user_become_their_service_s(two: Two) -> None:
    old = f"{two.portal}_old"
    await databases.create_shared(two.servers.postgres_url, old)
    connection = await asyncpg.connect(two.servers.postgres_url, database=old)
    await connection.execute("create table events (id bigint generated always as identity, word text)")
    await connection.execute("insert into events (word) values ('kept'); create view words as select word from events")
    await connection.close()
    await databases.create(two.servers.postgres_url, old, PASSWORD)
    try:
        await two.ask("insert into events (word) values ('new'); alter table events add more text", old, old)

        assert await two.ask("select string_agg(word, ' ' order by id) from events", old, old) == "kept new"
        assert await two.ask("select count(*) from words", old, old) == 2
    finally:
        await databases.drop(two.servers.postgres_url, old)


@pytest.mark.parametrize("may", ["createrole", ""])
async def test_a_server_s_user_need_not_be_a_superuser(two: Two, may: str) -> None:
    """With CREATEROLE each service has a role of its own; without, the launcher is told so and lends its own."""
    keeper, name = f"{two.portal}_keeper{may}", f"{two.portal}_kept{may}"
    admin = await asyncpg.connect(two.servers.postgres_url)
    await admin.execute(f"create role {keeper} login createdb {may} password '{PASSWORD}'")
    as_keeper = two.url(keeper, "postgres")
    try:
        if may:
            await databases.create(as_keeper, name, PASSWORD)
            await two.ask("create table own (word text)", name, name)
        else:
            await databases.create_shared(as_keeper, name)

        assert await may_create_roles(as_keeper) is bool(may)
        await databases.drop(as_keeper, name)
        assert not await admin.fetchval("select 1 from pg_database where datname = $1", name)
        assert not await admin.fetchval("select 1 from pg_roles where rolname = $1", name)
    finally:
        await admin.execute(f"drop role {keeper}")
        await admin.close()


async def test_no_password_stands_in_a_statement_that_a_server_may_log() -> None:
    told = databases.verifier(PASSWORD)

    assert PASSWORD not in told
    assert told != databases.verifier(PASSWORD)
