"""A database for each service and a role that owns it: it reads its own, enters no other, and is nobody on the server."""

import base64
import hashlib
import hmac
import secrets
from typing import Any, Final

import asyncpg

_ITERATIONS: Final = 4096
_ADOPT: Final = """
do $$
declare each record;
begin
    for each in select oid::regclass as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
        and relowner <> '"{role}"'::regrole
    loop
        execute format('alter table %s owner to "{role}"', each.name);
    end loop;
end $$
"""


async def create(admin_url: str, name: str, password: str) -> None:
    """The database and the role of this name, both at once; what is there already stays, with this password from now on.

    Raises what asyncpg raises if the administrator may not create roles or databases.
    """
    admin = await asyncpg.connect(admin_url)
    try:
        if not await admin.fetchval("select 1 from pg_roles where rolname = $1", name):
            await admin.execute(f'create role "{name}" nosuperuser nocreatedb nocreaterole noreplication')
        await admin.execute(f"alter role \"{name}\" login password '{verifier(password)}'")
        if not await admin.fetchval("select rolsuper from pg_roles where rolname = current_user"):
            await admin.execute(f'grant "{name}" to current_user')
        owner = await _owner(admin, name)
        if owner is None:
            await admin.execute(f'create database "{name}" owner "{name}"')
        elif owner != name:
            await admin.execute(f'alter database "{name}" owner to "{name}"')
        await admin.execute(f'revoke all on database "{name}" from public')
    finally:
        await admin.close()
    if owner not in (None, name):
        await _adopt(admin_url, name)


async def create_shared(admin_url: str, name: str) -> None:
    """The database alone, for a server whose administrator may not create roles and so lends each service its own."""
    admin = await asyncpg.connect(admin_url)
    try:
        if await _owner(admin, name) is None:
            await admin.execute(f'create database "{name}"')
    finally:
        await admin.close()


async def drop(admin_url: str, name: str) -> None:
    """Both, if they are there."""
    admin = await asyncpg.connect(admin_url)
    try:
        await admin.execute(f'drop database if exists "{name}" with (force)')
        if await admin.fetchval("select 1 from pg_roles where rolname = $1", name):
            await admin.execute(f'drop role "{name}"')
    finally:
        await admin.close()


async def _owner(admin: Any, name: str) -> str | None:  # Any: asyncpg ships no types
    owner: str | None = await admin.fetchval("select pg_get_userbyid(datdba) from pg_database where datname = $1", name)
    return owner


async def _adopt(admin_url: str, name: str) -> None:
    """Tables of an earlier release, when all services were one user, become their service's."""
    inside = await asyncpg.connect(admin_url, database=name)
    try:
        await inside.execute(_ADOPT.format(role=name))
    finally:
        await inside.close()


def verifier(password: str) -> str:
    """What the server keeps of a password (RFC 5803): so the password itself reaches neither the wire nor a log."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    told = [base64.b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{told[0]}${told[1]}:{told[2]}"
