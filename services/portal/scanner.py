"""Hands files to a process that may be killed: no file stops the portal, however long its readers would take over it."""

import asyncio
import contextlib
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from struct import Struct
from typing import Final

from services.portal.scan.unfit import Fault, Unfit

KINDS: Final = ("image/jpeg", "image/png", "application/pdf")
REQUEST: Final = Struct(">BI")  # which of KINDS, how many bytes follow
PATIENCE: Final = 60.0  # seconds of wall time; the process allows itself less, counted in its own computing


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
