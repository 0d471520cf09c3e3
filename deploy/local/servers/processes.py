"""A small supervisor: starts programs in sessions of their own, logs them, stops them, and leaves none behind."""

import asyncio
import contextlib
import inspect
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from deploy.local.errors import LauncherError

STOP_SECONDS: Final = 10.0
_GUARD: Final = Path(__file__).with_name("guarded.py")
_SAME_START_SECONDS: Final = 1.0
_PIDS: Final = 2**31


@dataclass(frozen=True, slots=True)
class User:
    """An account of the system that a program runs as."""

    uid: int
    gid: int


@dataclass(slots=True)
class Process:
    """One program that may be started, stopped or killed, and started again.

    Start it from a thread that lives as long as it shall: on Linux the program dies with the thread that started it.
    With a `pid_path`, a later run finds and ends it even so (`reap_stale`).
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log_path: Path
    pid_path: Path | None = None
    user: User | None = None
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    listener: Callable[[], socket.socket] | None = None
    """Opens what it shall listen on; the program finds the number of it in `listener_variable`."""
    listener_variable: str = "LISTEN_FD"
    _popen: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen is not None and self.alive else None

    @property
    def returncode(self) -> int | None:
        """None while it runs or before it ever ran; a negative number is the signal that ended it."""
        return None if self._popen is None else self._popen.poll()

    def start(self) -> None:
        """Start the program. Raises LauncherError if it runs already."""
        if self.alive:
            raise LauncherError(f"{self.name} runs already (pid {self.pid}); stop it before starting it again.")
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        user = f"{self.user.uid}:{self.user.gid}" if self.user else "-"
        guard = [sys.executable, "-I", "-S", str(_GUARD), str(os.getpid()), user]
        with contextlib.ExitStack() as open_here:  # the program has copies of its own
            log = open_here.enter_context(self.log_path.open("ab"))
            handed = (
                {self.listener_variable: open_here.enter_context(self.listener()).fileno()} if self.listener else {}
            )
            self._popen = subprocess.Popen(
                [*guard, *self.argv],
                env={**self.env, **{name: str(number) for name, number in handed.items()}},
                pass_fds=tuple(handed.values()),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C must reach us alone, so that we stop them in order
            )
        if self.pid_path:
            _write_pid(self.pid_path, self._popen.pid, self.stop_signal)

    def terminate(self) -> None:
        """Ask it to stop, without waiting."""
        if self._popen is not None and self.alive:
            self._popen.send_signal(self.stop_signal)

    def stop(self, within_seconds: float = STOP_SECONDS) -> None:
        """Ask it to stop, and kill it if it has not after `within_seconds`, or if we are interrupted meanwhile."""
        if self._popen is None:
            return
        family = _family(self._popen.pid) if self.alive else []
        try:
            self.terminate()
            self._popen.wait(within_seconds)
        except subprocess.TimeoutExpired:
            pass  # the kill below is the answer
        finally:
            self._end(family)

    def kill(self) -> None:
        """SIGKILL to it and all its children, as a crash would end them. Gone on return."""
        if self._popen is not None:
            self._end(_family(self._popen.pid) if self.alive else [])

    def pause(self) -> None:
        """SIGSTOP to it and all its children: it holds its connections and does nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        for process in _family(self._popen.pid) if self._popen is not None and self.alive else []:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _end(self, family: list[psutil.Process]) -> None:
        _kill(family)
        if self._popen is not None:
            self._popen.wait()
        psutil.wait_procs(family, timeout=STOP_SECONDS)
        if self.pid_path:
            self.pid_path.unlink(missing_ok=True)

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for error messages."""
        try:
            text = self.log_path.read_text(errors="replace")
        except FileNotFoundError:
            return "(no log)"
        return "\n".join(text.splitlines()[-count:])

    def trouble(self, what: str) -> LauncherError:
        """An error about this program that shows the end of its log and says where the rest is."""
        return LauncherError(f"{self.name} {what}. Its log is {self.log_path}; the last lines:\n{self.last_lines()}")


async def run_to_end(process: Process, within_seconds: float) -> None:
    """Run a program that ends by itself. Raises LauncherError if it fails or is too slow."""
    process.start()
    try:
        await wait_until(lambda: not process.alive, within_seconds, f"{process.name} to finish")
    except TimeoutError as error:
        raise process.trouble(f"was too slow: {error}") from error
    finally:
        process.kill()
    if process.returncode != 0:
        raise process.trouble(f"ended with code {process.returncode}")


async def wait_ready(process: Process, answers: Callable[[], Awaitable[bool]], within_seconds: float) -> None:
    """Wait until a server answers. Raises LauncherError with its last log lines if it dies or is too slow."""

    async def check() -> bool:
        if not process.alive:
            raise process.trouble(f"ended with code {process.returncode} before it was ready")
        return await answers()

    try:
        await wait_until(check, within_seconds, f"{process.name} to answer")
    except TimeoutError as error:
        raise process.trouble(f"did not become ready: {error}") from error


async def wait_until(
    predicate: Callable[[], bool | Awaitable[bool]], within_seconds: float, what: str, every_seconds: float = 0.02
) -> None:
    """Ask until the predicate, plain or async, says yes. Raises TimeoutError that names `what` was waited for."""
    try:
        async with asyncio.timeout(within_seconds):
            while not await _asked(predicate):  # noqa: ASYNC110 - what is asked is outside this loop and sets no event
                await asyncio.sleep(every_seconds)
    except TimeoutError as error:
        raise TimeoutError(f"waited {within_seconds:g} s in vain for {what}") from error


async def _asked(predicate: Callable[[], bool | Awaitable[bool]]) -> bool:
    answer = predicate()
    return await answer if inspect.isawaitable(answer) else answer


def reap_stale(directory: Path) -> list[str]:
    """End what an earlier, killed run left running, by the pid files in `directory`; the names of what was ended.

    A process that merely inherited the number of a dead one is left alone: its start time differs.
    """
    found = {path: left for path in sorted(directory.glob("*.pid")) if (left := _left_running(path))}
    for process, ending in found.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(ending)
    _, stubborn = psutil.wait_procs([process for process, _ in found.values()], timeout=STOP_SECONDS)
    for process in stubborn:
        _kill(_family(process.pid))
    psutil.wait_procs(stubborn, timeout=STOP_SECONDS)
    for path in directory.glob("*.pid"):
        path.unlink(missing_ok=True)
    return [path.stem for path in found]


def _write_pid(path: Path, pid: int, stop_signal: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):  # it failed at once: there is nothing to reap
        started = psutil.Process(pid).create_time()
        path.write_text(json.dumps({"pid": pid, "started": started, "stop_signal": int(stop_signal)}))


def _left_running(path: Path) -> tuple[psutil.Process, signal.Signals] | None:
    """The process that a pid file means, and how it is asked to stop; None where the file is rubbish or out of date."""
    try:
        noted = json.loads(path.read_text())
        process, ending = started_then(noted["pid"], noted["started"]), signal.Signals(noted["stop_signal"])
    except (ValueError, KeyError, TypeError, OSError):
        return None
    return (process, ending) if process else None


def started_then(pid: object, started: object) -> psutil.Process | None:
    """The live process of this number that began at this moment: numbers are given anew to others' processes."""
    if type(pid) is not int or not 0 < pid < _PIDS or not isinstance(started, float):
        return None
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < _SAME_START_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    return None


def _family(pid: int) -> list[psutil.Process]:
    """A process and its descendants; some programs put their children into sessions of their own."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(family: list[psutil.Process]) -> None:
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
