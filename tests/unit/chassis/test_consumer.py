"""Which positions a consumer reports and commits, whatever happens to its partitions meanwhile."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import TopicPartition
from pydantic import SecretStr

from contracts.envelope import Envelope
from contracts.sim_clock import ClockSet
from services._chassis.batch import Decision, Plan
from services._chassis.clock import AHEAD, VirtualClock
from services._chassis.consumer import Consumer, _Handover
from services._chassis.dead_letters import DeadLetters, Position
from services._chassis.engine import Busy, Engine, Gather
from services._chassis.inbound import Reader, Skipped
from services._chassis.intake import Intake
from services._chassis.metrics import Metrics
from services._chassis.settings import Settings
from services._chassis.store import Connection
from tests.support.tally import IN, SERVICE, Number

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
OURS, THEIRS = TopicPartition(IN, 0), TopicPartition(IN, 1)


@dataclass
class Record:
    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    timestamp: int = 0
    headers: tuple[tuple[str, bytes], ...] = ()


class FakeBroker:
    """The part of AIOKafkaConsumer that is used. Its second partition is taken away while the records are handled."""

    def __init__(self) -> None:
        self.mine = {OURS, THEIRS}
        self.committed: dict[TopicPartition, int] = {}
        self.fetched = False

    def assignment(self) -> set[TopicPartition]:
        return set(self.mine)

    async def position(self, _partition: TopicPartition) -> int:
        return 6 if self.fetched else 5

    async def getmany(self, **_bounds: int) -> dict[TopicPartition, list[Record]]:
        self.fetched = True
        return {each: [Record(each.topic, each.partition, 5)] for each in (OURS, THEIRS)}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self.committed |= offsets

    def last_stable_offset(self, partition: TopicPartition) -> int:
        assert partition in self.mine, "as the client has it"
        return 6


class SkippingReader(Reader):
    """Needs no database; while it reads, the second partition goes to another instance."""

    def __init__(self, consumer: list[Consumer], broker: FakeBroker) -> None:
        super().__init__(SERVICE, "")
        self._consumer = consumer
        self._broker = broker

    def read(self, position: Position, now: datetime, latest: datetime | None = None) -> Skipped:
        assert now == NOON
        assert latest == NOON + AHEAD
        self._broker.mine.discard(THEIRS)
        self._consumer[0].positions.pop(THEIRS, None)
        return Skipped(position)


class FakeEngine:
    """Fails as often as it is told; notes how many inputs each transaction had."""

    def __init__(self, *failures: Exception) -> None:
        self.busy = Busy()
        self.failures = list(failures)
        self.sizes: list[int] = []
        self.store = Forgetful()

    async def transact(self, _source: str, gather: Gather) -> Plan:
        work = await gather(None, False)  # noqa: FBT003 - the shape of Gather
        self.sizes.append(len(work.inputs))
        if self.failures:
            raise self.failures.pop(0)
        plan = Plan(results={index: Decision((), 0) for index in range(len(work.inputs))})
        work.finish(plan)
        return plan


class Forgetful:
    """A store that has seen nothing."""

    async def seen(self, _connection: Connection, _messages: Iterable[UUID]) -> dict[UUID, int | None]:
        return {}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


async def nothing_new() -> None:
    """The clock has all states there are."""


def consumer(clock: VirtualClock, reader: Reader, engine: FakeEngine | None = None) -> Consumer:
    own = engine or FakeEngine()
    settings = Settings(database_url=SecretStr("postgresql://"), port=1)
    metrics = Metrics("tally")
    letters = DeadLetters("tally", "out", metrics)
    return Consumer(
        "tally", settings, Intake(cast("Engine", own), letters), reader, own.busy, clock, metrics, nothing_new
    )  # no database


async def test_a_partition_that_another_instance_took_over_is_no_longer_ours_to_report(
    clock: VirtualClock,
) -> None:
    clock.apply(ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
    broker, known = FakeBroker(), list[Consumer]()
    known.append(consumer(clock, SkippingReader(known, broker)))
    await known[0]._poll(broker)  # noqa: SLF001 - one turn of its loop

    assert known[0].positions == {OURS: 6}
    assert broker.committed == {OURS: 6}


async def test_what_was_counted_as_ours_while_the_group_formed_anew_is_forgotten(clock: VirtualClock) -> None:
    """The client names the old partitions as ours until it is given the new ones."""
    broker, own = FakeBroker(), consumer(clock, Reader(SERVICE, ""))
    handover = _Handover(own, broker)
    await handover.on_partitions_revoked({OURS, THEIRS})
    own.positions = {OURS: 5, THEIRS: 5}
    broker.mine = {OURS}
    await handover.on_partitions_assigned({OURS})

    assert own.positions == {OURS: 5}


async def test_a_partition_that_is_gone_has_no_lag_and_ends_no_process(clock: VirtualClock) -> None:
    broker, own = FakeBroker(), consumer(clock, Reader(SERVICE, ""))
    own.positions = {OURS: 5, THEIRS: 5}
    broker.mine = {OURS}
    own._measure(broker)  # noqa: SLF001 - what its loop does once a second
    lag = own._metrics.registry.get_sample_value  # noqa: SLF001 - as Prometheus sees it

    assert lag("egov_consumer_lag_messages", {"topic": IN, "partition": "0"}) == 1
    assert lag("egov_consumer_lag_messages", {"topic": IN, "partition": "1"}) is None


@pytest.mark.parametrize("call", ["position", "commit"])
async def test_a_client_whose_group_vanished_under_it_is_not_waited_for_without_end(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """After the broker's death the client may wait for what nobody fetches any more; the consumer then starts anew."""

    async def for_ever(*_arguments: object) -> None:
        await asyncio.Event().wait()

    clock.apply(ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
    monkeypatch.setattr("services._chassis.consumer._BROKER_SECONDS", 0.01)
    broker, known = FakeBroker(), list[Consumer]()
    monkeypatch.setattr(broker, call, for_ever)
    known.append(consumer(clock, SkippingReader(known, broker)))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(known[0]._poll(broker), 1)  # noqa: SLF001 - one turn of its loop


async def test_a_consumer_that_is_told_to_stop_before_there_is_a_clock_stops(clock: VirtualClock) -> None:
    stopping = asyncio.Event()
    running = asyncio.create_task(consumer(clock, Reader(SERVICE, "")).run(stopping))
    await asyncio.sleep(0)
    stopping.set()
    _, pending = await asyncio.wait([running], timeout=2)
    running.cancel()

    assert not pending


async def handled(clock: VirtualClock, *failures: Exception) -> tuple[FakeEngine, float]:
    """How an engine with these failures was asked about two messages, and how many dead letters came of it."""
    clock.apply(ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
    engine = FakeEngine(*failures)
    own = consumer(clock, Reader(SERVICE, ""), engine)
    await own._intake.decide(await own._read([record(offset) for offset in (5, 6)]))  # noqa: SLF001 - one batch of its loop
    dead = own._metrics.registry.get_sample_value(  # noqa: SLF001 - as Prometheus sees it
        "egov_dead_letters_total", {"topic": IN, "reason": "handler-error"}
    )
    return engine, dead or 0


def record(offset: int) -> Record:
    message = Envelope.wrap(
        Number(value=1),
        identity=uuid4(),
        source="/test",
        subject="a",
        time=NOON,
        correlation=uuid4(),
        causation=uuid4(),
    )
    return Record(IN, 0, offset, b"a", message.to_bytes())


async def test_what_the_database_will_not_write_sets_aside_that_message_alone(clock: VirtualClock) -> None:
    unwritable = asyncpg.UntranslatableCharacterError("U+0000")
    engine, dead = await handled(clock, unwritable, unwritable)

    assert engine.sizes == [2, 1, 0, 1]
    assert dead == 1


async def test_an_unknown_failure_that_does_not_come_again_sets_no_message_aside(clock: VirtualClock) -> None:
    """A connection that ends may raise what nobody expects; no message is to blame for it."""
    engine, dead = await handled(clock, RuntimeError("handler is closed"), RuntimeError("handler is closed"))

    assert engine.sizes == [2, 1, 1, 1]
    assert dead == 0


async def test_an_unknown_failure_that_comes_again_sets_the_message_aside(clock: VirtualClock) -> None:
    engine, dead = await handled(clock, *[KeyError("a bug")] * 3)

    assert engine.sizes == [2, 1, 1, 0, 1]
    assert dead == 1


@pytest.mark.parametrize(
    "reason", [ConnectionResetError("gone"), asyncpg.InternalClientError("another operation is in progress")], ids=repr
)
async def test_a_database_that_is_away_is_nobodys_fault(clock: VirtualClock, reason: Exception) -> None:
    with pytest.raises(type(reason)):
        await handled(clock, reason)
