"""A small disk under the database, which can be filled to the last byte and emptied again. Linux, as root."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.errors import LauncherError
from deploy.local.servers.postgres import Postgres

MEGABYTES: Final = 1024
_PIECE: Final = bytes(1024 * 1024)


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system of its own in memory, mounted at `path`."""

    path: Path

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        with self._ballast.open("ab", buffering=0) as file:
            for piece in (_PIECE, bytes(512)):
                try:
                    while file.write(piece) == len(piece):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


@asynccontextmanager
async def on_small_disk(postgres: Postgres) -> AsyncIterator[SmallDisk]:
    """The running server's data on a small disk for the length of the block; on return the server is stopped.

    Raises LauncherError where this account may not mount.
    """
    postgres.stop()
    before = postgres.data.stat()
    aside = postgres.data.with_name(postgres.data.name + "-before")
    postgres.data.rename(aside)
    postgres.data.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "egov-small-disk", str(postgres.data)]
    if sys.platform != "linux" or not _runs(mount):
        raise LauncherError("A disk of its own for PostgreSQL must be mounted: run --full-disks on Linux, as root.")
    try:
        shutil.copytree(aside, postgres.data, dirs_exist_ok=True)
        _give(postgres.data, before.st_uid, before.st_gid)
        await postgres.start()
        yield SmallDisk(postgres.data)
    finally:
        postgres.stop()
        _runs(["umount", str(postgres.data)])


def _give(top: Path, uid: int, gid: int) -> None:
    for path in (top, *top.rglob("*")):
        os.chown(path, uid, gid)


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
