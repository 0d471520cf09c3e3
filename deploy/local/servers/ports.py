"""Loopback ports: found, and held for as long as a chain lives, so that no other chain is ever behind its addresses."""

import random
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

import psutil

from deploy.local.errors import LauncherError

HOST: Final = "127.0.0.1"
_PORTS: Final = range(20_000, 30_000)
"""Below the ports that systems give to outgoing connections: while a server is down, a client must not get its port."""
_TRIES: Final = 100
_BACKLOG: Final = 2048


class PortTaken(LauncherError):  # noqa: N818 - it reads as a fact
    """Another program was faster: with a port of our own choice, try another one."""


@dataclass(slots=True)
class Door:
    """A port that is ours until `close`, whether or not our server listens on it at the moment.

    It is bound and never listens itself: while the server is away, connections are refused, by us or by nobody.
    """

    port: int
    _held: socket.socket

    @classmethod
    def claim(cls, wanted: int, who: str) -> Self:
        """`wanted`, or any free port if it is 0. Raises LauncherError that says who has it."""
        if not wanted:
            return cls._any(who)
        held = _bound(wanted)
        if held is None and is_free(wanted):  # connections of an earlier server may linger
            held = _bound(wanted, reuse=True)
        if held is None:
            raise PortTaken(
                f"Port {wanted} for {who}: another program{holder(wanted)} listens on {HOST}:{wanted}, "
                "and a port serves one program. Stop that program, or give another port, or 0 for any free one."
            )
        return cls(wanted, held)

    @classmethod
    def _any(cls, who: str) -> Self:
        for port in random.SystemRandom().sample(_PORTS, _TRIES):
            held = _bound(port)
            if held:
                return cls(port, held)
        raise _none_free(who)

    def listener(self) -> socket.socket:
        """A socket that listens here, to be handed to our server; whoever else binds the port is refused, always.

        Raises PortTaken where another program got in before it was claimed.
        """
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening = socket.socket()
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listening.bind((HOST, self.port))
            listening.listen(_BACKLOG)
        except OSError:
            listening.close()
            raise PortTaken(
                f"Port {self.port}: another program{holder(self.port)} listens on {HOST}:{self.port} now. Stop it."
            ) from None
        return listening

    def lend(self) -> None:
        """Let a server in that binds the port itself, as Java and PostgreSQL do; other chains stay out."""
        if sys.platform == "linux":
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:  # elsewhere two sockets never share an address in this way: what answers must prove itself
            self._held.close()

    def close(self) -> None:
        self._held.close()


def free_port(*taken: int) -> int:
    """A loopback TCP port that nobody listens on at this moment, and none of those already `taken` for later use."""
    for port in random.SystemRandom().sample(_PORTS, _TRIES):
        if port not in taken and is_free(port):
            return port
    raise _none_free("a server")


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: closed connections do not count
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return False
    return True


def answered(port: int) -> bool:
    """Whether anything accepts connections there."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1.0):
        return True
    return False


def holder(port: int) -> str:
    """Who listens on a port, in brackets, as far as this account may see it."""
    with suppress(psutil.Error, OSError):
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port and each.pid:
                return f" ({psutil.Process(each.pid).name()}, pid {each.pid})"
    return ""


def _bound(port: int, *, reuse: bool = False) -> socket.socket | None:
    """Bound alone, unless `reuse`: then also beside what shares its address, if nobody listens."""
    held = socket.socket()
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
        held.bind((HOST, port))
    except OSError:
        held.close()
        return None
    return held


def _none_free(who: str) -> LauncherError:
    return LauncherError(
        f"None of {_TRIES} ports tried for {who} from {_PORTS.start} to {_PORTS.stop - 1} is free on {HOST}. "
        "Stop some servers, then start again."
    )
