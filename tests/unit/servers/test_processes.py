"""The supervisor ends what it started, and nothing else."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from deploy.local.errors import LauncherError
from deploy.local.servers.ports import Door, free_port, is_free
from deploy.local.servers.processes import Process, reap_stale, run_to_end, wait_ready, wait_until

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
PARENT = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{SLEEPER.replace(chr(39), chr(34))}']).wait()"
)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator["Factory"]:
    factory = Factory(tmp_path)
    yield factory
    factory.kill_all()


class Factory:
    """Makes processes from Python code and ends them with the test."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.made: list[Process] = []

    def __call__(self, code: str, name: str = "worker", env: Mapping[str, str] = os.environ) -> Process:
        log, pid = self.directory / f"{name}.log", self.directory / f"{name}.pid"
        self.made.append(Process(name, [sys.executable, "-c", code], env, log, pid))
        return self.made[-1]

    def kill_all(self) -> None:
        for process in self.made:
            process.kill()


async def logged(process: Process, text: str) -> None:
    await wait_until(lambda: text in process.last_lines(), 10, f"{text!r} in the log")


async def test_a_started_process_runs_in_a_session_of_its_own_until_it_is_stopped(processes: Factory) -> None:
    worker = processes(SLEEPER)
    worker.start()
    await logged(worker, "up")
    pid = worker.pid
    assert pid is not None
    session = os.getsid(pid)
    worker.stop()

    assert session == pid
    assert not psutil.pid_exists(pid)
    assert (worker.alive, worker.pid, worker.returncode) == (False, None, -signal.SIGTERM)


async def test_a_process_that_ignores_the_stop_signal_is_killed(processes: Factory) -> None:
    worker = processes(STUBBORN)
    worker.start()
    await logged(worker, "up")
    worker.stop(within_seconds=0.2)

    assert worker.returncode == -signal.SIGKILL


async def test_killing_a_process_ends_its_children_too(processes: Factory) -> None:
    worker = processes(PARENT)
    worker.start()
    await logged(worker, "up")
    assert worker.pid is not None
    children = psutil.Process(worker.pid).children()
    worker.kill()

    assert len(children) == 1
    assert not children[0].is_running()


async def test_a_killed_process_can_be_started_again(processes: Factory) -> None:
    worker = processes(SLEEPER)
    worker.start()
    first = worker.pid
    worker.kill()
    worker.start()

    assert worker.alive
    assert worker.pid != first


async def test_starting_a_running_process_is_refused(processes: Factory) -> None:
    worker = processes(SLEEPER)
    worker.start()

    with pytest.raises(LauncherError, match="worker runs already"):
        worker.start()


def test_stopping_what_never_ran_does_nothing(processes: Factory) -> None:
    worker = processes(SLEEPER)
    worker.stop()
    worker.kill()

    assert worker.returncode is None


async def test_a_server_that_dies_before_it_is_ready_shows_its_last_lines(processes: Factory) -> None:
    async def never() -> bool:
        return False

    worker = processes("print('disk full'); raise SystemExit(3)")
    worker.start()

    with pytest.raises(LauncherError, match=r"(?s)worker ended with code 3 before it was ready.*disk full"):
        await wait_ready(worker, never, 10)


async def test_a_server_that_never_answers_is_reported_with_what_was_waited_for(processes: Factory) -> None:
    async def never() -> bool:
        return False

    worker = processes(SLEEPER)
    worker.start()
    await logged(worker, "up")

    with pytest.raises(LauncherError, match=r"(?s)waited 0\.1 s in vain for worker to answer.*up"):
        await wait_ready(worker, never, 0.1)


async def test_a_tool_that_fails_is_reported_with_its_code_and_last_lines(processes: Factory) -> None:
    with pytest.raises(LauncherError, match=r"(?s)worker ended with code 2.*no such option"):
        await run_to_end(processes("print('no such option'); raise SystemExit(2)"), 10)


async def test_a_tool_that_hangs_is_ended(processes: Factory) -> None:
    worker = processes(SLEEPER)
    with pytest.raises(LauncherError, match="worker was too slow"):
        await run_to_end(worker, 0.1)

    assert not worker.alive


async def test_waiting_in_vain_names_what_was_waited_for() -> None:
    with pytest.raises(TimeoutError, match=r"waited 0\.05 s in vain for rain"):
        await wait_until(lambda: False, 0.05, "rain")


def test_a_process_that_an_earlier_run_left_behind_is_ended(processes: Factory, tmp_path: Path) -> None:
    worker = processes(SLEEPER, name="kafka")
    worker.start()

    assert reap_stale(tmp_path) == ["kafka"]
    assert not worker.alive
    assert not (tmp_path / "kafka.pid").exists()


def test_a_stale_pid_with_another_start_time_is_not_killed(processes: Factory, tmp_path: Path) -> None:
    innocent = processes(SLEEPER, name="innocent")
    innocent.start()
    noted = json.loads((tmp_path / "innocent.pid").read_text())
    (tmp_path / "innocent.pid").unlink()
    (tmp_path / "kafka.pid").write_text(json.dumps(noted | {"started": noted["started"] - 3600}))

    assert reap_stale(tmp_path) == []
    assert innocent.alive
    assert not (tmp_path / "kafka.pid").exists()


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"pid": 1}'])
def test_a_damaged_pid_file_is_dropped(tmp_path: Path, content: str) -> None:
    (tmp_path / "kafka.pid").write_text(content)

    assert reap_stale(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process die with its parent")
async def test_a_process_dies_with_a_launcher_that_is_killed(tmp_path: Path) -> None:
    launcher = (
        "import os, time; from pathlib import Path; from deploy.local.servers.processes import Process; "
        f"p = Process('worker', [{sys.executable!r}, '-c', {SLEEPER!r}], os.environ, Path({str(tmp_path / 'log')!r})); "
        "p.start(); print(p.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", launcher]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: ASYNC220, S603 - it is ours
        assert running.stdout is not None
        orphan = psutil.Process(int(running.stdout.readline()))
        await wait_until(lambda: (tmp_path / "log").read_text() != "", 10, "the worker to run")
        running.kill()

    await wait_until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE, 10, "its death")


def test_a_free_port_is_none_that_is_taken() -> None:
    port = free_port()

    assert is_free(port)
    assert free_port(port) != port


def test_a_port_that_another_program_serves_is_refused_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(LauncherError, match=f"Port {port} for Kafka: .* or 0 for any free one"):
            Door.claim(port, "Kafka")
