"""One transaction per batch, whatever brought it: what is decided, told, seen and left for later, together."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from services._chassis import tracing
from services._chassis.batch import Batch, Failed, Input, Loaded, Plan
from services._chassis.metrics import Metrics
from services._chassis.store import CONFLICTS, UNWRITABLE, Connection, Store

ATTEMPTS = 8

log = structlog.get_logger()


class Busy:
    """What quiescence is judged by: is any work under way, and how much has been finished so far."""

    def __init__(self) -> None:
        self.running = 0
        self.finished = 0
        self._changed = asyncio.Event()

    @contextmanager
    def working(self) -> Iterator[None]:
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self.notice()

    def notice(self) -> None:
        """Wake those who wait for a change."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def change(self, within_seconds: float) -> None:
        """Wait for some work to end or the clock to move, but not longer than this."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), within_seconds)


@dataclass(frozen=True, slots=True)
class Work:
    """The inputs of one transaction, and what `finish` adds to their plan: dead letters, timers that have fired."""

    inputs: Sequence[Input]
    finish: Callable[[Plan], None] = lambda _plan: None
    long: bool = False  # decided in a thread, so that the process goes on answering


# Asked on a connection, and told whether it is asked again because the first try met other writers.
Gather: TypeAlias = Callable[[Connection, bool], Awaitable[Work]]


class Conflicted(Exception):  # noqa: N818 - it reads as a fact
    """Other writers of the same streams were faster every time."""


# The broker or the database is away, or others are busy: worth another try. InternalClientError is what asyncpg makes of
# a connection that died in the middle of a statement.
TRANSIENT = (
    KafkaError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    Conflicted,
    TimeoutError,
)


def lasting(reason: Exception) -> bool:
    """Whether the work itself is at fault, so that trying again is in vain."""
    return isinstance(reason, UNWRITABLE) or not isinstance(reason, TRANSIENT)


class Engine:
    """Loads, decides and writes; `committed` is set whenever something new waits in the outbox or among the timers."""

    def __init__(self, store: Store, batch: Batch, metrics: Metrics) -> None:
        self.store = store
        self.busy = Busy()
        self.to_publish = asyncio.Event()
        self.to_wait_for = asyncio.Event()
        self._batch = batch
        self._metrics = metrics

    async def transact(self, source: str, gather: Gather, *, locks: bool = False) -> Plan:
        """Gather work and do it in one transaction; on a conflict all of it is gathered and decided again.

        The first try takes two round trips: load, then one statement that writes all. `gather` is told whether it is
        asked again, and with `locks` it always runs inside the transaction, which then holds the locks that it takes.
        Raises Conflicted after a bounded number of tries, and whatever the database raises.
        """
        with self.busy.working(), self._metrics.timed(source):
            streams: set[str] = set()
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    plan = await self._attempt(source, gather, streams, whole=locks or attempt > 1, again=attempt > 1)
                except CONFLICTS as conflict:
                    self.store.forget(streams)
                    self._metrics.conflicts.labels(source).inc()
                    log.info("conflict", source=source, attempt=attempt, kind=type(conflict).__name__)
                    await asyncio.sleep(0)
                    continue
                self._committed(source, plan)
                return plan
        raise Conflicted(f"{source}: {ATTEMPTS} tries met other writers")

    async def _attempt(self, source: str, gather: Gather, streams: set[str], *, whole: bool, again: bool) -> Plan:
        async with self.store.transaction() if whole else self.store.connection() as connection:
            work = await gather(connection, again)
            if again and streams:  # met other writers before
                await self.store.take_turn(connection, streams)
            with tracing.spans(source, work.inputs) as inputs:
                loaded = await self.store.load(connection, {each.stream for each in inputs})
                streams.update(loaded)
                plan = await self._decide(connection, replace(work, inputs=inputs), loaded)
                streams.update(plan.streams)
                work.finish(plan)
                if not plan.is_empty:
                    await self.store.write(connection, plan)
        return plan

    async def _decide(self, connection: Connection, work: Work, loaded: Mapping[str, Loaded]) -> Plan:
        """What is told to other streams is decided on what is remembered of them, and decided again if that is not so."""
        streams, failed = dict(loaded), dict[int, Exception]()
        while True:
            try:
                plan = await self._decided(work, streams, failed)
            except Failed as failure:
                if await self._holds(connection, failure.presumed, streams):
                    failed[failure.index] = failure.reason
            else:
                if await self._holds(connection, plan.presumed, streams):
                    return plan

    async def _decided(self, work: Work, streams: Mapping[str, Loaded], failed: Mapping[int, Exception]) -> Plan:
        if work.long:
            return await asyncio.to_thread(self._batch.decide, work.inputs, streams, failed, self.store.remembered)
        return self._batch.decide(work.inputs, streams, failed, self.store.remembered)

    async def _holds(self, connection: Connection, presumed: Mapping[str, Loaded], streams: dict[str, Loaded]) -> bool:
        """Whether these streams stand as presumed; from now on as they stand."""
        if not presumed:
            return True
        found = await self.store.load(connection, presumed)
        streams |= found
        return all(found[name].version == each.version for name, each in presumed.items())

    def _committed(self, source: str, plan: Plan) -> None:
        for each in plan.ignored:
            self._metrics.ignored.labels(each.stream.partition(":")[0], each.reason).inc()
            log.debug("ignored", source=source, stream=each.stream, reason=each.reason, cause=str(each.cause))
        if plan.is_empty:
            return
        self.busy.finished += 1
        self.store.committed(plan)
        self._metrics.events.labels(source).inc(len(plan.events))
        if plan.outbox:
            self.to_publish.set()
        if plan.timers:
            self.to_wait_for.set()
