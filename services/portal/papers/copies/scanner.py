"""Hands files to a process that may be killed: no file stops the portal, however long its readers would take over it."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final

from services.portal.scan.unfit import Fault, Unfit

KINDS: Final = ("image/jpeg", "image/png", "application/pdf")
REQUEST: Final = Struct(">BI")  # which of KINDS, how many bytes follow
PATIENCE: Final = 60.0  # seconds of wall time; the process allows itself less, counted in its own computing


PROCESSES: Final = 2
MOST_WAITING: Final = 4  # files of one person, the one that is being read among them
MOST_WAITING_OF_ALL: Final = 120


class TooMany(Exception):  # noqa: N818 - an answer to a caller, like Unfit
    """More files wait than are read soon; `own` if they are this person's."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("files of this person wait" if own else "many files wait")
        self.own = own


class Scanners:
    """Files side by side. Of one person one at a time, so that whoever sends many holds nobody else's up; and only those
    that are read are in memory.
    """

    def __init__(self, processes: int = PROCESSES, patience: float = PATIENCE) -> None:
        self._free: list[Scanner] = [Scanner(patience) for _ in range(processes)]
        self._turns = asyncio.Semaphore(processes)
        self._people: dict[str, asyncio.Lock] = {}
        self._waiting: Counter[str] = Counter()

    @contextlib.contextmanager
    def place(self, person: str) -> Iterator[None]:
        """In line, from the first byte of a file on. Raises TooMany."""
        own = self._waiting[person] >= MOST_WAITING
        if own or self._waiting.total() >= MOST_WAITING_OF_ALL:
            raise TooMany(own=own)
        self._waiting[person] += 1
        try:
            yield
        finally:
            self._waiting[person] -= 1
            if not self._waiting[person]:
                del self._waiting[person]
                self._people.pop(person, None)

    async def check(self, person: str, read: Callable[[], bytes], media_type: str) -> bytes:
        """The content that `read` gives when its turn has come. Raises Unfit unless it is what `media_type` says."""
        async with self._people.setdefault(person, asyncio.Lock()), self._turns:
            scanner = self._free.pop()
            try:
                content = read()
                await scanner.check(content, media_type)
                return content
            finally:
                self._free.append(scanner)

    async def close(self) -> None:
        for each in self._free:
            await each.close()


class Scanner:
    """One file at a time, in a process that is started for the first one and again after one that it died of."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.process: Process | None = None
        self._turn = asyncio.Lock()

    async def check(self, content: bytes, media_type: str) -> None:
        """Raise Unfit unless `content` is what `media_type`, one of KINDS, says."""
        async with self._turn:
            answer = b""
            try:
                answer = await self._ask(REQUEST.pack(KINDS.index(media_type), len(content)) + content)
            finally:
                if not answer:  # it died, it is stuck, or nobody waits for what it will say
                    await self.close()
        if not answer:
            rule = "a file can be read in a few seconds"
            raise Unfit(Fault.TOO_LONG_TO_READ, rule, "save it anew, in a simpler form, and send that")
        unfit = json.loads(answer)
        if unfit:
            fault, rule, remedy = unfit
            raise Unfit(Fault(fault), rule, remedy)

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()

    async def _ask(self, request: bytes) -> bytes:
        """The answer; empty where none came."""
        process = self.process = self.process or await _started()
        if process.stdin is None or process.stdout is None:
            raise ValueError("the process was started without pipes")
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(self.patience):
                process.stdin.write(request)
                await process.stdin.drain()
                return await process.stdout.readline()
        return b""


async def _started() -> Process:
    """Of the environment it knows where our code lies, and no secret."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.portal.scan",
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)},
    )
