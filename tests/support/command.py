"""The command `egov` as people run it: a process of its own, with directories of its own."""

import asyncio
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.servers.infra import KAFKA_VARIABLE, POSTGRES_VARIABLE, Servers

_OURS = ("EGOV_", "KAFKA_", "PORTAL_", "ESUVO_", "UNIVERSITY_IS_", "SHEP_GATEWAY_", "CON_")
WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    said: str


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Ours without what the tests themselves were told, but with the cache, whose downloads all runs share."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    kept = {name: os.environ[name] for name in ("EGOV_CACHE_DIR",) if name in os.environ}
    return {**inherited, **kept, "COLUMNS": "400", "PYTHONUNBUFFERED": "1", **changes}


def existing(servers: Servers) -> dict[str, str]:
    """The variables that make the command use these servers."""
    return {KAFKA_VARIABLE: servers.bootstrap_servers, POSTGRES_VARIABLE: servers.postgres_url}


async def start(*arguments: str, environ: Mapping[str, str], background: bool = False) -> Process:
    """`background`: as a shell starts a job with `&`, deaf to Ctrl-C."""
    deaf = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh") if background else ()
    command = (*deaf, sys.executable, "-m", "deploy.local.cli", *arguments)
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, env=environment(environ))


async def egov(*arguments: str, environ: Mapping[str, str]) -> Done:
    """Run to the end. Raises TimeoutError when it does not come."""
    process = await start(*arguments, environ=environ)
    try:
        async with asyncio.timeout(WITHIN):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Done(process.returncode or 0, said.decode())


async def read_until(process: Process, words: str) -> str:
    """What a running command says up to these words. AssertionError if it ends without them."""
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(WITHIN):
        while words not in said:
            line = (await process.stdout.readline()).decode()
            assert line, said
            said += line
    return said


@contextmanager
def open_directory() -> Iterator[Path]:
    """A directory that the account of a database may enter too, which pytest's own are not when root runs the tests."""
    directory = Path(tempfile.mkdtemp(prefix="egov-test-"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
