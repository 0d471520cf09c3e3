"""What is to happen at which moment of virtual time: people act when their moment comes, and between them timers fire."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from deploy.local.chain.chain import Chain
from deploy.local.chain.conductor import Conductor
from deploy.local.errors import LauncherError

AT_ONCE: Final = 100  # people who act at the same moment
Act: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Agenda:
    """Acts by their moment, on a chain at rest. `doors` are the services that people turn to; `show` is told of progress.

    It goes on until nothing is left to do; with a `horizon`, until then at the latest.
    """

    chain: Chain
    conductor: Conductor
    doors: Sequence[str]
    show: Callable[[datetime], Awaitable[None]]
    horizon: datetime | None = None
    _acts: list[tuple[datetime, bool, int, Act]] = field(default_factory=list)
    _entries: int = 0

    def later(self, at: datetime, act: Act, *, first: bool = False) -> None:
        """Somebody acts at this virtual moment, once every timer of it has fired; `first` before all others of it."""
        self._entries += 1
        heapq.heappush(self._acts, (at, not first, self._entries, act))

    async def live(self, until: datetime) -> None:
        """From moment to moment until nothing is left to do. Raises LauncherError when there is still work at `until`."""
        acted = True
        while True:
            timer = await self.conductor.quiescence(only_time_moved=not acted)
            acted = False
            await self.show(self.conductor.now)
            due = self._acts[0][0] if self._acts else None
            moments = [each for each in (timer, due) if each]
            if not moments:
                return
            moment = max(min(moments), self.conductor.now)
            if self.horizon and moment > self.horizon:
                return
            if moment > until:
                raise LauncherError(f"The chain still has work at {moment}; something reschedules itself without end.")
            if moment > self.conductor.now:
                await self.conductor.jump(moment)
            if due is None or due > moment:
                continue
            if timer is not None and timer <= moment:
                await self.conductor.quiescence(only_time_moved=True)  # timers first: one kind of actor at one instant
            doors = [each for each in self.doors if each in self.chain.urls and each not in self.chain.retired]
            await asyncio.gather(*(self.conductor.reached(self.chain.url(each)) for each in doors))
            await self._do_what_is_due(moment)
            acted = True

    async def _do_what_is_due(self, moment: datetime) -> None:
        due = []
        while self._acts and self._acts[0][0] <= moment:
            _, after, _, act = heapq.heappop(self._acts)
            if after:
                due.append(act)
            else:
                await act()
        await at_once(due)


async def at_once(acts: Sequence[Act]) -> None:
    """All of them, AT_ONCE at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(act: Act) -> None:
        async with gate:
            await act()

    await asyncio.gather(*(one(act) for act in acts))
