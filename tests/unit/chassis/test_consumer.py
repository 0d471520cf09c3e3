"""Which positions a consumer reports and commits, whatever happens to its partitions meanwhile."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import pytest
from aiokafka import TopicPartition
from pydantic import SecretStr

from contracts.clock import ClockSet
from services._chassis.clock import VirtualClock
from services._chassis.consumer import Consumer
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.engine import Busy, Engine
from services._chassis.inbound import Reader, Skipped
from services._chassis.metrics import Metrics
from services._chassis.settings import Settings
from tests.support.tally import IN, SERVICE

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
OURS, THEIRS = TopicPartition(IN, 0), TopicPartition(IN, 1)


@dataclass
class Record:
    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None


class FakeBroker:
    """The part of AIOKafkaConsumer that is used. Its second partition is taken away while the records are handled."""

    def __init__(self) -> None:
        self.mine = {OURS, THEIRS}
        self.committed: dict[TopicPartition, int] = {}

    def assignment(self) -> set[TopicPartition]:
        return set(self.mine)

    async def position(self, _partition: TopicPartition) -> int:
        return 5

    async def getmany(self, **_bounds: int) -> dict[TopicPartition, list[Record]]:
        return {each: [Record(each.topic, each.partition, 5)] for each in (OURS, THEIRS)}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self.committed |= offsets

    def highwater(self, _partition: TopicPartition) -> int:
        return 6


class SkippingReader(Reader):
    """Needs no database; while it reads, the second partition goes to another instance."""

    def __init__(self, consumer: list[Consumer], broker: FakeBroker) -> None:
        super().__init__(SERVICE, "")
        self._consumer = consumer
        self._broker = broker

    def read(self, position: Position, now: datetime) -> Skipped:
        assert now == NOON
        self._broker.mine.discard(THEIRS)
        self._consumer[0].positions.pop(THEIRS, None)
        return Skipped(position)


class FakeEngine:
    busy = Busy()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def consumer(clock: VirtualClock, reader: Reader) -> Consumer:
    settings = Settings(database_url=SecretStr("postgresql://"), port=1)
    metrics = Metrics("tally")
    letters = DeadLetters("tally", "out", metrics)
    return Consumer("tally", settings, cast("Engine", FakeEngine()), reader, letters, clock, metrics)  # no database


async def test_a_partition_that_another_instance_took_over_meanwhile_is_no_longer_ours_to_report(
    clock: VirtualClock,
) -> None:
    clock.apply(ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
    broker, known = FakeBroker(), list[Consumer]()
    known.append(consumer(clock, SkippingReader(known, broker)))
    await known[0]._poll(broker)  # noqa: SLF001 - one turn of its loop

    assert known[0].positions == {OURS: 6}
    assert broker.committed == {OURS: 6}


async def test_a_consumer_that_is_told_to_stop_before_there_is_a_clock_stops(clock: VirtualClock) -> None:
    stopping = asyncio.Event()
    running = asyncio.create_task(consumer(clock, Reader(SERVICE, "")).run(stopping))
    await asyncio.sleep(0)
    stopping.set()
    _, pending = await asyncio.wait([running], timeout=2)
    running.cancel()

    assert not pending
