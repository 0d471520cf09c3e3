"""What the figures were measured on."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import asyncpg
import psutil

from deploy.local.servers.infra import RunningServers

Facts: TypeAlias = dict[str, str | int | float | None]

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


async def machine(running: RunningServers) -> Facts:
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "memory_gb": round(psutil.virtual_memory().total / 1024**3, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgres": (await _shown(running, "server_version"))["server_version"],
        "kafka": _kafka_version(running),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


async def durability(running: RunningServers) -> Facts:
    """As the server says it, not as it was asked to be."""
    return await _shown(running, *_DURABLE)


async def _shown(running: RunningServers, *names: str) -> Facts:
    connection = await asyncpg.connect(running.servers.postgres_url)
    try:
        return {name: await connection.fetchval(f"show {name}") for name in names}
    finally:
        await connection.close()


def _cpu_model() -> str:
    information = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", information.read_text()) if information.exists() else None
    return found[1] if found else platform.processor()


def _kafka_version(running: RunningServers) -> str | None:
    """None for a broker that the environment names: it does not tell."""
    if running.kafka is None:
        return None
    jars = running.kafka.broker.jars.glob("kafka-clients-*.jar")
    return next((jar.stem.removeprefix("kafka-clients-") for jar in jars), None)
