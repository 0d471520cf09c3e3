"""What a dead server left behind is cleared away; what a live one holds is not touched."""

import os
import subprocess
import sys
from pathlib import Path

import psutil

from deploy.local.servers.postgres import _forget_dead_server
from deploy.local.servers.processes import wait_until


async def test_the_lock_of_a_zombie_server_is_removed(tmp_path: Path) -> None:
    zombie = subprocess.Popen([sys.executable, "-c", ""])  # noqa: ASYNC220 - never waited for, on purpose
    process = psutil.Process(zombie.pid)
    await wait_until(lambda: process.status() == psutil.STATUS_ZOMBIE, 10, "the program to end")
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{zombie.pid}\n/data\n")
    _forget_dead_server(pid_file)
    zombie.wait()

    assert list_of(tmp_path) == []


def test_the_lock_of_a_live_server_stays(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/data\n")
    _forget_dead_server(pid_file)

    assert list_of(tmp_path) == [pid_file]


def list_of(directory: Path) -> list[Path]:
    return list(directory.iterdir())
