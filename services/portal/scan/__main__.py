"""The process that reads what strangers send. It has no secrets, little memory and little time, and may die of a file."""

import json
import logging
import resource
import signal
import sys
from typing import BinaryIO, Final

from services.portal.papers.copies.scanner import KINDS, REQUEST
from services.portal.scan import check
from services.portal.scan.unfit import Fault, Unfit

MOST_MEMORY: Final = 1024**3
MOST_SECONDS: Final = 10.0  # of computing, for one file


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the portal tells it when to end, by closing its input
    logging.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(REQUEST.size):
        kind, size = REQUEST.unpack(head)
        target.write(_verdict(source, KINDS[kind], size) + b"\n")
        target.flush()


def _verdict(source: BinaryIO, media_type: str, size: int) -> bytes:
    """`null`, or the fault, the rule and the remedy."""
    content = source.read(size)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)  # its signal ends the process
    try:
        check(content, media_type)
    except Unfit as unfit:
        return json.dumps([unfit.fault, unfit.rule, unfit.remedy]).encode()
    except MemoryError:
        return json.dumps([Fault.BROKEN, "the file can be read in little memory", "send a simpler file"]).encode()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return b"null"


if __name__ == "__main__":
    main()
