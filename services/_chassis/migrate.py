"""Alembic over asyncpg: every service keeps its own migrations in `services/<name>/migrations`."""

import asyncio
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

ROOT = Path(__file__).resolve().parent.parent


def upgrade(service: str, database_url: str) -> None:
    """Bring a service's database to the newest schema; a database that is there already is left as it is."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / service / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["database_url"] = database_url
    command.upgrade(config, "head")


def run_environment() -> None:
    """The body of each service's `migrations/env.py`."""
    asyncio.run(_run(context.config.attributes["database_url"]))


async def _run(database_url: str) -> None:
    url = database_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
        await connection.commit()
    await engine.dispose()


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def execute_all(operations: Any, script: str) -> None:
    """Run a script of several statements one by one, as asyncpg asks. Any: alembic's proxy module `op`."""
    for statement in script.split(";\n"):
        if statement.strip():
            operations.execute(statement)
