"""Whether a process gets on: what it has to do, and whether any of that has moved, looked at every second."""

import asyncio
import time
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import Final

from services._chassis.clock import VirtualClock
from services._chassis.consumer import Consumer
from services._chassis.engine import TRANSIENT
from services._chassis.relay import Relay
from services._chassis.store import Store

_EVERY_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 3.0  # broker and database answer within this, or they are away
# How long the same work may lie there untouched. A decision on a whole campaign takes a timer some seconds.
_PATIENCE_SECONDS: Final[Mapping[str, float]] = {"consumer": 10.0, "relay": 10.0, "timers": 30.0}


class Progress:
    """`troubles` says what does not get on, by the task's name, and why; `run` keeps it true."""

    def __init__(
        self,
        store: Store,
        clock: VirtualClock,
        consumer: Consumer,
        relay: Relay,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._consumer = consumer
        self._relay = relay
        self._monotonic = monotonic
        self._since: dict[str, tuple[Hashable, float]] = {}
        self.troubles: dict[str, str] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _EVERY_SECONDS)

    async def look(self) -> None:
        """Ask broker and database for what waits, and compare it with what waited before."""
        database, broker = await asyncio.gather(self._database(), self._broker())
        self.troubles = {name: why for name, why in {**database, **broker}.items() if why}
        if not self._clock.sequence:
            self.troubles["clock"] = "no state of sim.clock.v1 has been heard"
        if not self._consumer.connected:
            self.troubles["consumer"] = "it has no partitions"
        if not self._relay.connected:
            self.troubles["relay"] = "its producer is not connected"

    async def _database(self) -> dict[str, str]:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                oldest, due = await self._store.standing()
        except TRANSIENT as away:
            return {"database": f"it does not answer: {type(away).__name__}"}
        late = due if due and self._clock.sequence and due <= self._clock.now() else None
        return {
            "relay": self._stalled("relay", oldest, f"row {oldest} of the outbox is not published"),
            "timers": self._stalled("timers", late, f"the timer of {late} is due and does not fire"),
        }

    async def _broker(self) -> dict[str, str]:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                waiting = await self._consumer.waiting()
        except TRANSIENT as away:
            return {"broker": f"it does not answer: {type(away).__name__}"}
        first = next((f"{topic}/{number}" for topic, number in sorted(waiting)), "")
        mark = tuple(sorted(self._consumer.positions.items())) if waiting else None
        count = sum(waiting.values())
        return {"consumer": self._stalled("consumer", mark, f"{count} messages wait, the first on {first}")}

    def _stalled(self, name: str, mark: Hashable | None, why: str) -> str:
        """The trouble, if work that looked like `mark` has looked so for too long; None: there is nothing to do."""
        now = self._monotonic()
        before, since = self._since.get(name, (None, now))
        self._since[name] = (mark, since if mark is not None and mark == before else now)
        seconds = now - self._since[name][1]
        return f"{why}, and nothing has moved for {seconds:.0f} s" if seconds >= _PATIENCE_SECONDS[name] else ""
