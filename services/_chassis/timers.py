"""Durable timers: what must be done later, done when its moment of virtual time comes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import structlog

from contracts.event import Event
from services._chassis.aggregate import Decide, Timer
from services._chassis.batch import Batch, Input, Plan
from services._chassis.clock import VirtualClock
from services._chassis.dead_letters import DeadLetters
from services._chassis.decider import Ignored
from services._chassis.engine import TRANSIENT, Engine, Work
from services._chassis.metrics import Metrics
from services._chassis.store import Connection

_LOCK: Final = "select pg_try_advisory_xact_lock(7052015, 1)"
_AT_ONCE: Final = 100  # of a burst: the services behind begin with these while the next are decided
_LEAST_SECONDS: Final = 0.02  # another instance may be firing what is due
_IDLE_SECONDS: Final = 1.0  # another instance's timers are looked for this often
_PAUSE_SECONDS: Final = 0.5  # between two tries while the database is away

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Timers:
    """Fires due timers in order of moment, stream and key. One instance of a service at a time holds the lock, so that
    what contends for one thing at one virtual instant is ordered by key and never by arrival (docs/adr/0006).
    """

    engine: Engine
    batch: Batch
    clock: VirtualClock
    dead_letters: DeadLetters
    metrics: Metrics
    batch_size: int

    async def run(self, stopping: asyncio.Event) -> None:
        """Fire until told to stop; start anew whenever the database has gone away."""
        while not stopping.is_set():
            try:
                await self._round(stopping)
            except TRANSIENT as reason:
                log.warning("timers start anew", reason=f"{type(reason).__name__}: {reason}")
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _round(self, stopping: asyncio.Event) -> None:
        self.engine.to_wait_for.clear()
        seen = self.clock.sequence
        _, due = await self.engine.store.pending()
        if not (due and seen and due <= self.clock.now() and await self.fire()):
            await self._until_something_changes(seen, due, stopping)

    async def fire(self) -> int:
        """Fire one batch of due timers; how many there were. None while another instance is at it."""
        now, fired = self.clock.now(), 0

        async def gather(connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
            nonlocal fired
            locked = await connection.fetchval(_LOCK)
            due = await self.engine.store.due_timers(connection, now, min(self.batch_size, _AT_ONCE)) if locked else []
            alone = next((index for index, (timer, _) in enumerate(due) if self._takes_long(timer)), len(due))
            due = [(await self._surveyed(connection, timer), origin) for timer, origin in due[: alone or 1]]
            fired = len(due)
            inputs = [Input(timer.id, timer.stream, self._firing(timer), timer.at, *origin) for timer, origin in due]
            return Work(
                inputs, lambda plan: self._finish(plan, [timer for timer, _ in due]), long=fired > 0 and alone == 0
            )

        await self.engine.transact("timers", gather, locks=True)
        return fired

    def _takes_long(self, timer: Timer) -> bool:
        aggregate = self.batch.aggregate(timer.stream)
        return aggregate.long or _kind(timer) in aggregate.surveys

    async def _surveyed(self, connection: Connection, timer: Timer) -> Timer:
        survey = self.batch.aggregate(timer.stream).surveys.get(_kind(timer))
        if survey is None:
            return timer
        return replace(timer, rows=await connection.fetch(survey.query, *survey.arguments(timer)))

    def _firing(self, timer: Timer) -> Decide:
        handle = self.batch.aggregate(timer.stream).timers.get(_kind(timer), _nobody)
        decided: list[tuple[Any, Sequence[Event]]] = []  # once, though the batch asks again when streams were missing

        def decide(state: Any, _at: datetime) -> Sequence[Event]:  # Any: the state type is the aggregate's
            if not (decided and decided[0][0] is state):
                decided[:] = [(state, handle(state, timer))]
            return decided[0][1]

        return decide

    def _finish(self, plan: Plan, fired: list[Timer]) -> None:
        for index, timer in enumerate(fired):
            if (timer.stream, timer.key) not in plan.timers:
                plan.fired[timer.stream, timer.key] = timer.id
            self.metrics.timers.labels(_kind(timer)).inc()
            if isinstance(result := plan.results[index], Exception):
                log.error("timer failed", stream=timer.stream, key=timer.key, error=str(result))
                plan.outbox.append(self.dead_letters.of_timer(timer, result))

    async def _until_something_changes(self, seen: int, due: datetime | None, stopping: asyncio.Event) -> None:
        waits = [
            asyncio.create_task(each)
            for each in (self.clock.changed(seen), self.engine.to_wait_for.wait(), stopping.wait())
        ]
        try:
            await asyncio.wait(waits, timeout=self._seconds_to(due), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _seconds_to(self, due: datetime | None) -> float:
        ahead = self.clock.wall_seconds_until(due) if due and self.clock.sequence else None
        return _IDLE_SECONDS if ahead is None else min(max(ahead, _LEAST_SECONDS), _IDLE_SECONDS)


def _nobody(_state: object, timer: Timer) -> Ignored:
    """Simulated people set it in an earlier run, and are not there in this one."""
    log.warning("nobody acts on this timer", stream=timer.stream, key=timer.key)
    return Ignored("nobody-acts-on-this-timer")


def _kind(timer: Timer) -> str:
    return timer.key.partition(":")[0]
