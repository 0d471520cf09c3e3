"""The Kafka loop: the whole of what is waiting, one transaction, then the offsets."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from services._chassis.batch import Plan
from services._chassis.clock import VirtualClock
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.engine import TRANSIENT, Conflicted, Engine, Work, lasting
from services._chassis.inbound import Reader, Reading, Skipped, Understood, Unusable, sort_out
from services._chassis.metrics import Metrics
from services._chassis.settings import Settings
from services._chassis.stopping import close, unless
from services._chassis.store import UNWRITABLE, Connection

_COMMIT_SECONDS: Final = 1.0  # the inbox makes repeats harmless, so offsets may lag behind
_PAUSE_SECONDS: Final = 0.5  # between two tries while the broker or the database is away
_ONCE_MORE_SECONDS: Final = 0.1
_IDLE_MS: Final = 200
# Longer than any healthy answer. The client itself would wait for ever where its group vanished under it: for a position
# that nobody fetches any more, for a coordinator that it no longer looks for.
_BROKER_SECONDS: Final = 30.0
_WORTH_READING_AHEAD: Final = 64  # messages; the next few are read in no time

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a fetch brought: what is to be decided on, and where each partition stands once that is done."""

    wanted: Sequence[Reading]
    ends: Mapping[TopicPartition, int]


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
        self._committed: dict[TopicPartition, int] = {}
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
            **self._settings.kafka,
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
        ahead: _Taken | None = None
        try:
            while not stopping.is_set():
                ahead = await self._poll(consumer, ahead)
            await self._commit(consumer)
        finally:
            self.connected = False
            self.positions, self._committed = {}, {}
            await close(consumer)

    async def _poll(self, consumer: Any, taken: _Taken | None = None) -> _Taken | None:  # Any: aiokafka ships no types
        """Handle what was taken before, or what comes; what was read ahead meanwhile is the next turn's."""
        ahead = None
        taken = taken or await self._take(consumer, _IDLE_MS)
        if taken.ends:
            with self._engine.busy.working():
                ahead = await self._handle(consumer, taken.wanted)
                # Another instance may have taken some over meanwhile: from then on its position counts, not ours.
                for partition in taken.ends.keys() & consumer.assignment():
                    self.positions[partition] = taken.ends[partition]
        if time.monotonic() - self._committed_at >= _COMMIT_SECONDS:
            await self._commit(consumer)
            self._measure(consumer)
        return ahead

    async def _take(self, consumer: Any, patience_ms: int) -> _Taken:  # Any: aiokafka ships no types
        """All that is waiting, read. A partition's position stays before what was taken until that is handled."""
        async with asyncio.timeout(_BROKER_SECONDS):
            for partition in consumer.assignment() - self.positions.keys():
                self.positions[partition] = await consumer.position(partition)
            self.connected = bool(consumer.assignment())
            taken = await consumer.getmany(timeout_ms=patience_ms, max_records=self._settings.batch_size)
        for partition in taken.keys() & consumer.assignment():
            self.positions.setdefault(partition, taken[partition][0].offset)
        return _Taken(
            self._read(record for records in taken.values() for record in records),
            {partition: records[-1].offset + 1 for partition, records in taken.items()},
        )

    def _read(self, records: Iterable[Any]) -> list[Reading]:  # Any: aiokafka ships no types
        now = self._clock.now()
        readings = [
            self._reader.read(Position(each.topic, each.partition, each.offset, each.key, each.value), now)
            for each in records
        ]
        for (topic, kind), count in Counter((each.position.topic, type(each)) for each in readings).items():
            self._metrics.consumed.labels(topic, kind.__name__.lower()).inc(count)
        return [each for each in readings if not isinstance(each, Skipped)]

    async def _handle(self, consumer: Any, wanted: Sequence[Reading]) -> _Taken | None:  # Any: as above
        """Decide and write; a batch that takes the database a while leaves time to read the next one."""
        if len(wanted) < _WORTH_READING_AHEAD:
            if wanted:
                await self._decide(wanted)
            return None
        decided = asyncio.Event()
        handling = asyncio.create_task(self._decide(wanted, decided))
        told = asyncio.create_task(decided.wait())
        try:
            await asyncio.wait((handling, told), return_when=asyncio.FIRST_COMPLETED)
            ahead = await self._take(consumer, 0)
            await handling
        finally:
            told.cancel()
            handling.cancel()
        return ahead if ahead.ends else None

    async def _decide(
        self, wanted: Sequence[Reading], decided: asyncio.Event | None = None, *, once_more: bool = True
    ) -> None:
        """`decided` is set when all that is left is to write."""

        async def gather(connection: Connection, again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
            seen = await self._seen(connection, wanted) if again else set()
            new, unusable = sort_out(wanted, seen)

            def finish(plan: Plan) -> None:
                self._finish(plan, new, unusable)
                if decided:
                    decided.set()

            return Work([each.input for each in new], finish)

        try:
            await self._engine.transact("kafka", gather)
        except Exception as reason:
            if not (isinstance(reason, Conflicted) or lasting(reason)):
                raise
            if len(wanted) > 1:
                for each in wanted:
                    await self._decide([each])
            elif isinstance(reason, Conflicted):
                raise
            elif once_more and not isinstance(reason, UNWRITABLE):
                # A connection may have ended in a guise that we do not know: no message is set aside for that.
                await asyncio.sleep(_ONCE_MORE_SECONDS)
                await self._decide(wanted, once_more=False)
            else:
                await self._set_aside(wanted[0], reason)

    async def _set_aside(self, message: Reading, reason: Exception) -> None:
        """It was decided on, but what follows from it cannot be written: neither now nor later."""

        async def gather(connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
            seen = await self._seen(connection, [message])
            return Work([], lambda plan: None if seen else self._bury(plan, message.position, reason))

        await self._engine.transact("kafka", gather)

    async def _seen(self, connection: Connection, messages: Sequence[Reading]) -> set[UUID]:
        """A message is known by its own id once it has acted, by its position once it was set aside."""
        ids = {each.position.id for each in messages} | {each.id for each in messages if isinstance(each, Understood)}
        return await self._engine.store.seen(connection, ids)

    def _bury(self, plan: Plan, position: Position, reason: Exception) -> None:
        """Only the position is claimed: the message may come again, under its own id, when its cause is mended."""
        log.error("message set aside", topic=position.topic, error=str(reason))
        plan.claims.append(position.id)
        plan.outbox.append(self._dead_letters.of_failure(position, reason))

    def _finish(self, plan: Plan, new: list[Understood], unusable: list[Unusable]) -> None:
        for each in unusable:
            log.error(
                "unusable message", topic=each.position.topic, offset=each.position.offset, rule=each.violation.rule
            )
            plan.claims.append(each.position.id)
            plan.outbox.append(self._dead_letters.of_message(each.position, each.reason, each.violation, None))
        for index, understood in enumerate(new):
            result = plan.results[index]
            if isinstance(result, Exception):
                self._bury(plan, understood.position, result)
            else:
                plan.claims.append(understood.id)

    async def _commit(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        self._committed_at = time.monotonic()
        mine = {partition: self.positions[partition] for partition in consumer.assignment() & self.positions.keys()}
        if mine and mine != self._committed:
            async with asyncio.timeout(_BROKER_SECONDS):
                await consumer.commit(mine)
            self._committed = mine

    def _measure(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        for partition in self.positions.keys() & consumer.assignment():  # of others the client knows no end
            lag = (consumer.highwater(partition) or 0) - self.positions[partition]
            self._metrics.lag.labels(partition.topic, str(partition.partition)).set(max(0, lag))


class _Handover(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """Another instance takes partitions over: tell it where we got to."""

    def __init__(self, owner: Consumer, consumer: Any) -> None:  # Any: aiokafka ships no types
        self._owner = owner
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._owner._commit(self._consumer)  # noqa: SLF001 - one class in two, as aiokafka asks
        for partition in revoked:
            self._owner.positions.pop(partition, None)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        # Until now the client counted the old ones as ours, and so may we have done again since they were revoked.
        self._owner.positions = {each: at for each, at in self._owner.positions.items() if each in assigned}
        log.info("partitions assigned", count=len(assigned))
