"""Files that somebody names: read to their end if they are files at all, and not too large."""

import os
import stat
from pathlib import Path


class Unreadable(Exception):  # noqa: N818 - it reads as a fact about a file
    """Which rule a file breaks, and the remedy."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}; {remedy}")
        self.rule = rule
        self.remedy = remedy


def read_file(path: Path, most: int) -> bytes:
    """At most `most` bytes of a regular file. Raises Unreadable; a device or a pipe is not even opened for reading."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable("is no regular file", "name a file, no directory, device or pipe")
            content: bytes = file.read(most + 1)
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        said = getattr(error, "strerror", None) or "no such name is possible"
        raise Unreadable(f"cannot be read ({said})", "check the path and its permissions") from None
    if len(content) > most:
        raise Unreadable(f"is larger than {most // 1024**2} MB", "split it into several files")
    return content


def _without_waiting(path: str, flags: int) -> int:
    """A pipe without a writer would hold us for ever."""
    return os.open(path, flags | os.O_NONBLOCK)
