"""Requests of people: each is decided like a message. Those that wait at the same moment share one transaction."""

import asyncio
import time
from typing import Final
from uuid import UUID

from services._chassis.aggregate import Decide
from services._chassis.batch import Decision, Input
from services._chassis.clock import VirtualClock
from services._chassis.engine import Conflicted, Engine, Work, lasting
from services._chassis.limits import Overloaded
from services._chassis.store import Connection

_MOST: Final = 200
_MOST_WAITING: Final = 4_000
_LONGEST_WAIT: Final = 10.0  # seconds, by what a transaction took of late


class Commands:
    """`execute` waits until the decision is committed; `run` is the task that commits."""

    def __init__(self, engine: Engine, clock: VirtualClock) -> None:
        self._engine = engine
        self._clock = clock
        self._waiting: asyncio.Queue[tuple[Input, asyncio.Future[Decision]]] = asyncio.Queue()
        self._pace = 0.0  # seconds that a transaction took of late
        self._began: float | None = None  # the one that is under way

    async def execute(
        self, stream: str, decide: Decide, *, cause: UUID, correlation: UUID, traceparent: str | None = None
    ) -> Decision:
        """The decision on `stream`, committed. Raises Refused when the domain says no, ClockNotSet before a clock,
        Overloaded where it would be long in coming: then nothing was begun.
        """
        self._require_room()
        request = Input(cause, stream, decide, self._clock.now(), correlation, traceparent)
        answer: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        with self._engine.busy.working():
            self._waiting.put_nowait((request, answer))
            return await answer

    def _require_room(self) -> None:
        waiting = self._waiting.qsize()
        under_way = time.monotonic() - self._began if self._began else 0.0
        wait = max(self._pace, under_way) * (1 + waiting / _MOST)
        if waiting >= _MOST_WAITING or (waiting and wait > _LONGEST_WAIT):
            raise Overloaded(min(wait, 60.0))

    async def run(self) -> None:
        while True:
            first = await self._waiting.get()
            self._began = began = time.monotonic()
            await self._answer([first, *self._ready(_MOST - 1)])
            self._pace, self._began = (self._pace + time.monotonic() - began) / 2, None

    async def _answer(self, together: list[tuple[Input, asyncio.Future[Decision]]]) -> None:
        try:
            await self._commit(together)
        except Exception as reason:  # noqa: BLE001 - whoever waits is told, whatever went wrong
            if len(together) > 1 and (isinstance(reason, Conflicted) or lasting(reason)):
                for each in together:
                    await self._answer([each])  # nobody suffers for another's request
                return
            for _, answer in together:
                if not answer.done():
                    answer.set_exception(reason)

    def _ready(self, most: int) -> list[tuple[Input, asyncio.Future[Decision]]]:
        return [self._waiting.get_nowait() for _ in range(min(most, self._waiting.qsize()))]

    async def _commit(self, together: list[tuple[Input, asyncio.Future[Decision]]]) -> None:
        async def gather(_connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
            return Work([request for request, _ in together])

        plan = await self._engine.transact("http", gather)
        for index, (_, answer) in enumerate(together):
            result = plan.results[index]
            if answer.done():
                continue  # the client went away; what was decided stands
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
