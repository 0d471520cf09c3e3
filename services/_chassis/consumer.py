"""The Kafka loop: the whole of what is waiting, one transaction, then the offsets."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from services._chassis.batch import Plan
from services._chassis.clock import VirtualClock
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.engine import TRANSIENT, Conflicted, Engine, Work, lasting
from services._chassis.inbound import Reader, Reading, Skipped, Understood, Unusable
from services._chassis.metrics import Metrics
from services._chassis.settings import Settings
from services._chassis.stopping import unless
from services._chassis.store import Connection

_COMMIT_SECONDS: Final = 1.0  # the inbox makes repeats harmless, so offsets may lag behind
_PAUSE_SECONDS: Final = 0.5  # between two tries while the broker or the database is away

log = structlog.get_logger()


class Consumer:
    """One member of the service's group. `positions` tells what has been handled, and committed, per partition."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        engine: Engine,
        reader: Reader,
        dead_letters: DeadLetters,
        clock: VirtualClock,
        metrics: Metrics,
    ) -> None:
        self._name = name
        self._settings = settings
        self._engine = engine
        self._reader = reader
        self._dead_letters = dead_letters
        self._clock = clock
        self._metrics = metrics
        self._committed_at = 0.0
        self.positions: dict[TopicPartition, int] = {}
        self.connected = False

    @property
    def topics(self) -> list[str]:
        """The broker's names of the topics heard."""
        return self._reader.topics

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until told to stop; start anew whenever the broker or the database has gone away."""
        if not self._reader.topics:
            self.connected = True
            await stopping.wait()
            return
        await unless(stopping, self._clock.changed(since=0))
        while not stopping.is_set():
            try:
                await self._session(stopping)
            except TRANSIENT as reason:
                log.warning("consumer starts anew", reason=f"{type(reason).__name__}: {reason}")
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _session(self, stopping: asyncio.Event) -> None:
        prefix = self._settings.topic_prefix
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.bootstrap_servers,
            group_id=f"{prefix}{self._name}",
            # A member that comes back under its name takes its partitions over at once, also after a SIGKILL.
            group_instance_id=f"{prefix}{self._name}-{self._settings.instance}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=self._settings.fetch_wait_ms,
            session_timeout_ms=self._settings.session_timeout_ms,
            heartbeat_interval_ms=max(300, self._settings.session_timeout_ms // 4),
            max_poll_records=None,
        )
        consumer.subscribe(self._reader.topics, listener=_Handover(self, consumer))
        await consumer.start()
        try:
            while not stopping.is_set():
                await self._poll(consumer)
            await self._commit(consumer)
        finally:
            self.connected = False
            self.positions.clear()
            await consumer.stop()

    async def _poll(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        for partition in consumer.assignment() - self.positions.keys():
            self.positions[partition] = await consumer.position(partition)
        self.connected = bool(consumer.assignment())
        taken = await consumer.getmany(timeout_ms=200, max_records=self._settings.batch_size)
        if taken:
            with self._engine.busy.working():
                await self._handle([record for records in taken.values() for record in records])
                # Another instance may have taken some over meanwhile: from then on its position counts, not ours.
                for partition in taken.keys() & consumer.assignment():
                    self.positions[partition] = taken[partition][-1].offset + 1
        if time.monotonic() - self._committed_at >= _COMMIT_SECONDS:
            await self._commit(consumer)
            self._measure(consumer)

    async def _handle(self, records: Iterable[Any]) -> None:  # Any: aiokafka ships no types
        now = self._clock.now()
        readings = [
            self._reader.read(Position(each.topic, each.partition, each.offset, each.key, each.value), now)
            for each in records
        ]
        for each in readings:
            self._metrics.consumed.labels(each.position.topic, type(each).__name__.lower()).inc()
        wanted = [each for each in readings if not isinstance(each, Skipped)]
        if wanted:
            await self._decide(wanted)

    async def _decide(self, wanted: Sequence[Reading]) -> None:
        new: list[Understood] = []
        unusable: list[Unusable] = []

        async def gather(connection: Connection) -> Work:
            new.clear()
            unusable.clear()
            ids = [each.id for each in wanted if not isinstance(each, Skipped)]
            claimed = await self._engine.store.claim(connection, self._name, ids)
            for each in wanted:
                if isinstance(each, Understood) and _take(claimed, each.id):
                    new.append(each)
                elif isinstance(each, Unusable) and _take(claimed, each.id):
                    unusable.append(each)
            return Work([each.input for each in new], lambda plan: self._finish(plan, new, unusable))

        try:
            await self._engine.transact("kafka", gather)
        except Exception as reason:
            if not (isinstance(reason, Conflicted) or lasting(reason)):
                raise
            if len(wanted) > 1:
                for each in wanted:
                    await self._decide([each])
            elif lasting(reason):
                await self._set_aside(wanted[0], reason)
            else:
                raise

    async def _set_aside(self, message: Reading, reason: Exception) -> None:
        """It was decided on, but what follows from it cannot be written: neither now nor later."""

        async def gather(connection: Connection) -> Work:
            ids = [] if isinstance(message, Skipped) else [message.id]
            claimed = await self._engine.store.claim(connection, self._name, ids)
            return Work([], lambda plan: self._bury(plan, message.position, reason) if claimed else None)

        await self._engine.transact("kafka", gather)

    def _bury(self, plan: Plan, position: Position, reason: Exception) -> None:
        log.error("message set aside", topic=position.topic, error=str(reason))
        plan.outbox.append(self._dead_letters.of_failure(position, reason))

    def _finish(self, plan: Plan, new: list[Understood], unusable: list[Unusable]) -> None:
        for each in unusable:
            log.error(
                "unusable message", topic=each.position.topic, offset=each.position.offset, rule=each.violation.rule
            )
            plan.outbox.append(self._dead_letters.of_message(each.position, each.reason, each.violation, None))
        for index, understood in enumerate(new):
            result = plan.results[index]
            if isinstance(result, Exception):
                self._bury(plan, understood.position, result)

    async def _commit(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        self._committed_at = time.monotonic()
        mine = {partition: self.positions[partition] for partition in consumer.assignment() & self.positions.keys()}
        if mine:
            await consumer.commit(mine)

    def _measure(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        for partition, position in self.positions.items():
            end = consumer.highwater(partition) or position
            self._metrics.lag.labels(partition.topic, str(partition.partition)).set(max(0, end - position))


class _Handover(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """Another instance takes partitions over: tell it where we got to."""

    def __init__(self, owner: Consumer, consumer: Any) -> None:  # Any: aiokafka ships no types
        self._owner = owner
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if revoked:
            await self._owner._commit(self._consumer)  # noqa: SLF001 - one class in two, as aiokafka asks
        for partition in revoked:
            self._owner.positions.pop(partition, None)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions assigned", count=len(assigned))


def _take(claimed: set[UUID], message: UUID) -> bool:
    """Whether this is the first of the batch with that id; a second one in the same batch is a duplicate."""
    if message in claimed:
        claimed.remove(message)
        return True
    return False
