"""What the launcher keeps between runs: where it lies, how it gets there whole, and who may write to it."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import platformdirs

from deploy.local.errors import LauncherError

Progress = Callable[[str], None]

LOCK_SECONDS: Final = 900.0
"""A first download on a slow line takes minutes; whoever waits longer is told so."""


def silent(_: str) -> None:
    """The progress listener of those who want none."""


def cache_dir() -> Path:
    """The user's cache directory of this project: `EGOV_CACHE_DIR`, else the platform's."""
    own = os.environ.get("EGOV_CACHE_DIR")
    path = Path(own).expanduser().absolute() if own else platformdirs.user_cache_path("egov-chain")
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def staged(final: Path) -> Iterator[Path]:
    """An empty directory that becomes `final` if the block ends well and vanishes if it does not.

    Hold the lock of `final` meanwhile: what an earlier, killed run left half done is removed first.
    """
    for abandoned in final.parent.glob(f"{final.name}.partial-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{final.name}.partial-", dir=final.parent))
    try:
        partial.chmod(0o755)
        yield partial
        shutil.rmtree(final, ignore_errors=True)
        partial.rename(final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def keep_copy(source: Path, final: Path) -> None:
    """Copy one file into the cache so that readers see all of it or nothing."""
    handle, name = tempfile.mkstemp(prefix=f"{final.name}.partial-", dir=final.parent)
    os.close(handle)
    try:
        shutil.copyfile(source, name)
        Path(name).rename(final)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


@contextmanager
def locked(path: Path, what: str, progress: Progress = silent, wait_seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock file `path`; whoever has to wait says for what. The system frees the lock of a dead holder."""
    with path.open("a") as handle:
        if not try_lock(handle):
            progress(f"Waiting for another run that is busy {what}…")
            _wait_for_lock(handle, path, what, wait_seconds)
        yield


def try_lock(handle: IO[str]) -> bool:
    """Take the lock of an open file until it is closed; False if another process has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_lock(handle: IO[str], path: Path, what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not try_lock(handle):
        if time.monotonic() > deadline:
            raise LauncherError(
                f"{path}: another run has been busy {what} for {seconds:g} s; only one run may do that at a time. "
                "Stop the other run, then start again."
            )
        time.sleep(0.05)
