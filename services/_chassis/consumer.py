"""The Kafka loop: the whole of what is waiting, one transaction, then the offsets."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from contracts.dead_letter import DeadReason
from services._chassis.clock import VirtualClock
from services._chassis.engine import TRANSIENT, Busy
from services._chassis.inbound import Reader, Reading, Skipped, Unusable
from services._chassis.intake import Intake
from services._chassis.metrics import Metrics
from services._chassis.records import forgive
from services._chassis.settings import Settings
from services._chassis.stopping import close, unless

_COMMIT_SECONDS: Final = 1.0  # the inbox makes repeats harmless, so offsets may lag behind
_PAUSE_SECONDS: Final = 0.5  # between two tries while the broker or the database is away
_IDLE_MS: Final = 200
_NEW_TOPICS_MS: Final = 30_000  # a topic that was made anew is heard again after this
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
        intake: Intake,
        reader: Reader,
        busy: Busy,
        clock: VirtualClock,
        metrics: Metrics,
        caught_up: Callable[[], Awaitable[None]],
    ) -> None:
        """`caught_up` returns when the clock is at the newest state that the broker has."""
        self._name = name
        self._settings = settings
        self._intake = intake
        self._reader = reader
        self._busy = busy
        self._clock = clock
        self._metrics = metrics
        self._caught_up = caught_up
        self._committed_at = 0.0
        self._committed: dict[TopicPartition, int] = {}
        self._consumer: Any = None  # Any: aiokafka ships no types
        self.positions: dict[TopicPartition, int] = {}
        self.connected = False

    @property
    def topics(self) -> list[str]:
        """The broker's names of the topics heard."""
        return self._reader.topics

    async def waiting(self) -> dict[TopicPartition, int]:
        """How many messages wait, by partition, as the broker says now. Raises what the broker's silence raises."""
        consumer, at = self._consumer, dict(self.positions)
        if consumer is None or not at:
            return {}
        ends = await consumer.end_offsets(list(at))
        return {each: end - at[each] for each, end in ends.items() if end > at[each]}

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
        forgive()
        prefix = self._settings.topic_prefix
        consumer = AIOKafkaConsumer(
            **self._settings.kafka,
            group_id=f"{prefix}{self._name}",
            # A member that comes back under its name takes its partitions over at once, also after a SIGKILL.
            group_instance_id=f"{prefix}{self._name}-{self._settings.instance}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            metadata_max_age_ms=_NEW_TOPICS_MS,
            fetch_max_wait_ms=self._settings.fetch_wait_ms,
            session_timeout_ms=self._settings.session_timeout_ms,
            heartbeat_interval_ms=max(300, self._settings.session_timeout_ms // 4),
            max_poll_records=None,
        )
        consumer.subscribe(self._reader.topics, listener=_Handover(self, consumer))
        await consumer.start()
        ahead: _Taken | None = None
        self._consumer = consumer
        try:
            while not stopping.is_set():
                ahead = await self._poll(consumer, ahead)
            await self._commit(consumer)
        finally:
            self.connected, self._consumer = False, None
            self.positions, self._committed = {}, {}
            await close(consumer)

    async def _poll(self, consumer: Any, taken: _Taken | None = None) -> _Taken | None:  # Any: aiokafka ships no types
        """Handle what was taken before, or what comes; what was read ahead meanwhile is the next turn's."""
        ahead = None
        if not taken:
            taken = await self._take(consumer, _IDLE_MS)
            if not taken.ends:
                await self._pass_over(consumer, taken)
        if taken.ends:
            with self._busy.working():
                ahead = await self._handle(consumer, taken.wanted)
                # Another instance may have taken some over meanwhile: from then on its position counts, not ours.
                for partition in taken.ends.keys() & consumer.assignment():
                    self.positions[partition] = taken.ends[partition]
        if time.monotonic() - self._committed_at >= _COMMIT_SECONDS:
            if not ahead:
                await self._pass_over(consumer, taken)
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
            mine = taken.keys() & consumer.assignment()
            # The client's own place is behind the records that a transaction's end or a compaction left out, too.
            ends = {partition: await consumer.position(partition) for partition in mine}
        for partition in mine:
            self.positions.setdefault(partition, taken[partition][0].offset)
        return _Taken(await self._read([record for records in taken.values() for record in records]), ends)

    async def _pass_over(self, consumer: Any, taken: _Taken) -> None:  # Any: aiokafka ships no types
        """Where nothing was taken there may be something to pass over: what a transaction aborted, the mark of its end."""
        async with asyncio.timeout(_BROKER_SECONDS):
            for partition in consumer.assignment() - taken.ends.keys():
                place = await consumer.position(partition)
                if place != self.positions.get(partition):
                    self.positions[partition] = place
                    self._busy.notice()

    async def _read(self, records: Sequence[Any]) -> list[Reading]:  # Any: aiokafka ships no types
        readings = self._reader.read_all(records, self._clock)
        if any(isinstance(each, Unusable) and each.reason is DeadReason.TIME_OUT_OF_BOUNDS for each in readings):
            await self._caught_up()  # whoever wrote it may have heard of a jump before us
            readings = self._reader.read_all(records, self._clock)
        for (topic, kind), count in Counter((each.position.topic, type(each)) for each in readings).items():
            self._metrics.consumed.labels(topic, kind.__name__.lower()).inc(count)
        return [each for each in readings if not isinstance(each, Skipped)]

    async def _handle(self, consumer: Any, wanted: Sequence[Reading]) -> _Taken | None:  # Any: as above
        """Decide and write; a batch that takes the database a while leaves time to read the next one."""
        if len(wanted) < _WORTH_READING_AHEAD:
            if wanted:
                await self._intake.decide(wanted)
            return None
        decided = asyncio.Event()
        handling = asyncio.create_task(self._intake.decide(wanted, decided))
        told = asyncio.create_task(decided.wait())
        try:
            await asyncio.wait((handling, told), return_when=asyncio.FIRST_COMPLETED)
            ahead = await self._take(consumer, 0)
            await handling
        finally:
            told.cancel()
            handling.cancel()
        return ahead if ahead.ends else None

    async def _commit(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        self._committed_at = time.monotonic()
        mine = {partition: self.positions[partition] for partition in consumer.assignment() & self.positions.keys()}
        if mine and mine != self._committed:
            async with asyncio.timeout(_BROKER_SECONDS):
                await consumer.commit(mine)
            self._committed = mine

    def _measure(self, consumer: Any) -> None:  # Any: aiokafka ships no types
        for partition in self.positions.keys() & consumer.assignment():  # of others the client knows no end
            lag = (consumer.last_stable_offset(partition) or 0) - self.positions[partition]
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
