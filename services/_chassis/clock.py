"""Virtual time as one process sees it: the newest state of `sim.clock.v1`, extrapolated on a monotonic wall clock."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.sim_clock import END, ClockSet

# How far ahead of our clock another process may be: by minutes of virtual time that nobody would notice, and by what a
# clock that runs fast makes of the seconds that clocks of two machines differ by.
AHEAD: Final = timedelta(minutes=5)
_AHEAD_SECONDS: Final = 5.0


class ClockNotSet(Exception):  # noqa: N818 - it reads as a fact
    """No state has arrived on sim.clock.v1 yet."""


class VirtualClock:
    """Virtual time = anchor + rate × (wall − anchor). It never steps back, whatever the wall clock does."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._state: ClockSet | None = None
        self._anchored = 0.0
        self._floor: datetime | None = None
        self._changed = asyncio.Event()

    @property
    def sequence(self) -> int:
        """The number of the state in force; 0 while there is none."""
        return self._state.sequence if self._state else 0

    @property
    def rate(self) -> float:
        return self._state.rate if self._state else 0.0

    def apply(self, state: ClockSet) -> None:
        """Take a newer state; an older or repeated one changes nothing."""
        if state.sequence <= self.sequence:
            return
        self._floor = self.now() if self._state else None
        elapsed = max(0.0, (self._wall() - state.wall).total_seconds()) if state.rate else 0.0
        self._state = state
        self._anchored = self._monotonic() - elapsed
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def now(self) -> datetime:
        if self._state is None:
            raise ClockNotSet(
                "no state has arrived on sim.clock.v1 yet: start the chain with `egov up`, or publish a ClockSet there"
            )
        ahead = min(
            self._state.rate * (self._monotonic() - self._anchored), (END - self._state.virtual).total_seconds()
        )
        moved = self._state.virtual + timedelta(seconds=ahead)  # at the end of the calendar time stands still
        return max(moved, self._floor) if self._floor else moved

    def latest(self) -> datetime:
        """The latest moment that another process may speak of as having come."""
        return min(END, self.now() + AHEAD + timedelta(seconds=self.rate * _AHEAD_SECONDS))

    def wall_seconds_until(self, due: datetime) -> float | None:
        """How long to wait for a virtual moment at the present rate; None when time stands still before it."""
        ahead = (due - self.now()).total_seconds()
        if ahead <= 0:
            return 0.0
        return ahead / self.rate if self.rate else None

    async def changed(self, since: int) -> None:
        """Wait until a state newer than number `since` is in force."""
        while self.sequence <= since:
            await self._changed.wait()
