"""What nobody else on this machine may read: secrets, and people's data."""

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

_NOBODY_ELSE: Final = 0o077


def keep_private() -> None:
    """Whatever this process and those it starts write from now on is its owner's alone: files 0600, folders 0700."""
    os.umask(_NOBODY_ELSE)


def private_directory(path: Path) -> Path:
    """This directory, made if need be, with nothing for others; also one that an earlier release left open."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o007 and path.stat().st_uid == os.geteuid():
        path.chmod(mode & ~_NOBODY_ELSE)
    return path


def write_private(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file that only its owner may read, whole or not at all; makes its directory too."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
