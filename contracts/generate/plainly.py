"""The end of every command: what went wrong is said in a line, never by a traceback. Standard library alone.

| exit code | |
|---|---|
| 0 | done, and all is well |
| 1 | it could not be done, or not all is well: the words say what and how to mend it; or nobody read on (`| head`) |
| 2 | the command line is wrong |
| 70 | a mistake of ours: the line names the file that holds the traceback |
| 130 | interrupted (Ctrl-C) |
"""

import contextlib
import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

WRONG: Final = 1
MISTAKE: Final = 70
INTERRUPTED: Final = 130
_LINE: Final = 600

Known = Callable[[BaseException], str | None]


def run(main: Callable[[], int | None], known: Known = lambda _: None, log: Callable[[], Path] | None = None) -> int:
    """The exit code of `main`, whatever it raises. `known` has the words for what is expected to go wrong."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before we began
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - for the rest of the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold what no encoding has
    try:
        code = _code_of(main)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - this is the last one to hear of it
        code = _said(_first(error), known, log)
    return code


def _code_of(main: Callable[[], int | None]) -> int:
    try:
        return main() or 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return WRONG


def _said(error: BaseException, known: Known, log: Callable[[], Path] | None) -> int:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        _say_no_more()
        return WRONG
    words = known(error) or _of_system(error)
    if words is not None:
        return _tell(words, WRONG)
    line = f"{type(error).__name__}: {error}".splitlines()[0][:_LINE]
    return _tell(f"A mistake of ours: {line}. The details are in {_kept(error, log)}; please report them.", MISTAKE)


def _tell(words: str, code: int) -> int:
    try:
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()
    except OSError:  # nobody reads it, or it is a file on a disk that is full
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{words}\n")
        _say_no_more()
    return code


def _of_system(error: BaseException) -> str | None:
    """What the system refuses: files, disks, memory."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Take a smaller input, or end other programs."
    if not isinstance(error, OSError) or error.errno is None:
        return None
    where = f"{error.filename}: " if error.filename is not None else ""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    remedy = "Free some space, then try again" if full else "Check the path, its permissions, and what answers there"
    return f"{where}{error.strerror or type(error).__name__}. {remedy}."


def _kept(error: BaseException, log: Callable[[], Path] | None) -> str:
    text = "".join(traceback.format_exception(error))
    for choose in (log, lambda: Path(tempfile.gettempdir()) / f"egov-mistake-{os.getpid()}.log"):
        with contextlib.suppress(Exception):
            path = choose() if choose else None
            if path:
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "a") as file:  # noqa: PTH123 - a descriptor
                    file.write(text + "\n")
                return str(path)
    return "no file: none could be written"


def _first(error: BaseException) -> BaseException:
    """Of what went wrong side by side, one."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _say_no_more() -> None:
    """What is still buffered goes nowhere, and the interpreter does not complain at its end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
