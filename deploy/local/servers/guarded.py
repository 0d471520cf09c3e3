"""Becomes the program given on its command line, which then dies with the process that started it.

`python guarded.py PARENT_PID USER PROGRAM ARGUMENT...`, USER being `uid:gid` or `-`. A program of its own, run by path:
between fork and exec of a process with threads, no Python code is safe. Imports nothing but the standard library.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> None:
    """Only Linux offers this; elsewhere the next run reaps what is left (`processes.reap_stale`)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask to be told
        sys.exit(1)


def _become(user: str) -> None:
    if user == "-":
        return
    uid, gid = (int(number) for number in user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def main() -> None:
    """The order matters: a change of user clears the wish to die with the parent."""
    parent, user, *argv = sys.argv[1:]
    _become(user)
    _die_with(int(parent))
    os.execvp(argv[0], argv)  # noqa: S606 - becoming another program is the purpose


if __name__ == "__main__":
    main()
