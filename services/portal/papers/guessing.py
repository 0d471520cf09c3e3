"""How often one may ask for codes: who guesses waits, and so does everybody before the database has too much to do."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

MOST_WRONG: Final = 300  # codes that no document has, asked by one address before it has to wait
WRONG_A_SECOND: Final = 1.0  # and from then on
MOST_ASKED: Final = 2_000  # codes asked by all together in a burst
ASKED_A_SECOND: Final = 200.0
_MOST_ADDRESSES: Final = 10_000
_NETWORK_BITS: Final = 64  # of an IPv6 address: the rest is chosen by whoever has it


@dataclass(slots=True)
class _Bucket:
    most: float
    a_second: float
    left: float
    at: float

    def wait(self, now: float) -> int:
        """Whole seconds until there is one to take; 0 where there is."""
        self.left = min(self.most, self.left + (now - self.at) * self.a_second)
        self.at = now
        return 0 if self.left >= 1 else max(1, ceil((1 - self.left) / self.a_second))

    def take(self) -> None:
        self.left -= 1


class Guesses:
    """What one process has been asked. The address whose last wrong code is the oldest is forgotten where there are too many."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._all = _Bucket(MOST_ASKED, ASKED_A_SECOND, MOST_ASKED, now())
        self._wrong: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_of_all(self) -> int:
        """Seconds until anybody may ask; 0 where one may now, which is counted."""
        seconds = self._all.wait(self._now())
        if not seconds:
            self._all.take()
        return seconds

    def wait_of(self, address: str) -> int:
        """Seconds until this address may ask; 0 where it may now."""
        bucket = self._wrong.get(_network(address))
        return bucket.wait(self._now()) if bucket else 0

    def wrong(self, address: str) -> None:
        """No document has the code that this address asked for."""
        network, now = _network(address), self._now()
        bucket = self._wrong.setdefault(network, _Bucket(MOST_WRONG, WRONG_A_SECOND, MOST_WRONG, now))
        bucket.wait(now)
        bucket.take()
        self._wrong.move_to_end(network)
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - of the protocol
        return address
    return str(ipaddress.ip_network((int(found), _NETWORK_BITS), strict=False))
