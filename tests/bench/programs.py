"""Each program that is measured runs in a process of its own, as services do; both ends of what is said between."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeAlias

import psutil
import uvloop
from pydantic import BaseModel, ConfigDict, TypeAdapter

from deploy.local.errors import LauncherError
from services._chassis import logging
from services._chassis.run import calm_collector

ROOT: Final = Path(__file__).resolve().parents[2]
WITHIN_SECONDS: Final = 180.0
_END_SECONDS: Final = 30.0
_READY: Final = "ready"
_GO: Final = "go"

Figures: TypeAlias = dict[str, float]
_FIGURES: Final = TypeAdapter(Figures)


class Job(BaseModel):
    """What a program is told; each reads what concerns it."""

    model_config = ConfigDict(frozen=True)

    bootstrap_servers: str
    database_url: str
    topic_prefix: str
    count: int
    batch_size: int = 500
    batches: int = 100
    clients: int = 1
    database_functions: bool = False
    other_database_url: str = ""
    servers_are_ours: bool = True


class Parent:
    """The program's end: it says that it is ready, hears that it may begin, and that it is to stop."""

    def __init__(self, said: int) -> None:
        self._said = said

    async def ready(self) -> None:
        """Say that all but the beginning is done, and wait for the word."""
        self.say(_READY)
        await self.told()

    async def told(self) -> None:
        await asyncio.to_thread(sys.stdin.readline)

    def say(self, line: str) -> None:
        os.write(self._said, f"{line}\n".encode())


class Meter:
    """From its making: the moment, on a clock that all processes of the machine share, and this process's CPU."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._cpu = time.process_time()

    def read(self) -> Figures:
        memory = psutil.Process().memory_info().rss / 1024**2
        return {"began": self._began, "cpu_seconds": time.process_time() - self._cpu, "rss_mb": memory}


Program: TypeAlias = Callable[[Job, Parent], Coroutine[None, None, Figures]]


def main(program: Program) -> None:
    """The body of a program's `__main__`, with the event loop and the collector's pace of a service process."""
    parent = Parent(os.dup(sys.stdout.fileno()))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what the program logs is not what it says
    logging.configure("bench", "1", "WARNING")
    job = Job.model_validate_json(sys.stdin.readline())
    calm_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(program(job, parent))
    parent.say(_FIGURES.dump_json(figures).decode())


class Child:
    """The measuring end."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self._name = name
        self._process = process
        self._log = log

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ready(self) -> None:
        line = await self._hear()
        if line != _READY:
            raise LauncherError(f"{self._name} said {line!r} where it should have been ready")

    def tell(self, word: str = _GO) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())

    async def figures(self) -> Figures:
        """What it measured, when it has ended by itself."""
        return _FIGURES.validate_json(await self._hear())

    async def _hear(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(WITHIN_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            await self._process.wait()
            raise self.trouble("ended before it had measured anything")
        return line.decode().strip()

    def trouble(self, what: str) -> LauncherError:
        last = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
        return LauncherError(f"{self._name} {what}. The last lines of its log:\n{last}")

    async def end(self) -> None:
        if self.alive:
            self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def child(module: str, job: Job, log: Path) -> AsyncIterator[Child]:
    """A program that has its job; gone when the block ends, whatever happens."""
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=errors
        )
    found = Child(module, process, log)
    try:
        found.tell(job.model_dump_json())
        yield found
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    finally:
        await found.end()
