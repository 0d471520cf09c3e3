"""Readiness tells what does not get on: who does not answer, and what has work that does not move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from contracts.sim_clock import ClockSet
from services._chassis.clock import VirtualClock
from services._chassis.consumer import Consumer
from services._chassis.progress import Progress
from services._chassis.relay import Relay
from services._chassis.store import Store

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
PLACE = TopicPartition("in", 0)


@dataclass
class Process:
    """What a process has to do, as its parts would say; broker and database answer unless they are away."""

    oldest: int | None = None
    due: datetime | None = None
    lag: Mapping[TopicPartition, int] = field(default_factory=dict)
    positions: dict[TopicPartition, int] = field(default_factory=lambda: {PLACE: 5})
    connected: bool = True
    away: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        clock = VirtualClock()
        clock.apply(ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
        # One object plays the parts that are asked: each is asked for what is above alone.
        self.progress = Progress(
            cast("Store", self), clock, cast("Consumer", self), cast("Relay", self), lambda: self.seconds
        )

    async def standing(self) -> tuple[int | None, datetime | None]:
        if self.away == "database":
            raise ConnectionRefusedError
        return self.oldest, self.due

    async def waiting(self) -> Mapping[TopicPartition, int]:
        if self.away == "broker":
            raise KafkaConnectionError
        return self.lag

    async def after(self, seconds: float) -> dict[str, str]:
        self.seconds += seconds
        await self.progress.look()
        return self.progress.troubles


async def test_who_has_nothing_to_do_is_well_however_long_it_lasts() -> None:
    process = Process(due=NOON + timedelta(days=1))
    await process.after(0)

    assert await process.after(10_000) == {}


@pytest.mark.parametrize("who", ["broker", "database"])
async def test_who_does_not_answer_is_named_at_once(who: str) -> None:
    process = Process(away=who)

    assert list(await process.after(0)) == [who]


async def test_messages_that_wait_while_nothing_moves_are_told_with_their_place() -> None:
    process = Process(lag={PLACE: 3})
    before = dict(await process.after(9))
    told = await process.after(10)

    assert before == {}
    assert told["consumer"].startswith("3 messages wait, the first on in/0")


async def test_a_consumer_that_moves_is_well_though_more_keeps_coming() -> None:
    process = Process(lag={PLACE: 3})
    for _ in range(20):
        process.positions[PLACE] += 1

        assert await process.after(5) == {}


async def test_a_row_that_is_not_published_is_told() -> None:
    process = Process(oldest=7)
    await process.after(0)
    told = await process.after(10)

    assert told["relay"].startswith("row 7 of the outbox")


async def test_a_timer_that_is_due_and_does_not_fire_is_told() -> None:
    process = Process(due=NOON)
    await process.after(0)
    patient, told = dict(await process.after(29)), await process.after(1)

    assert patient == {}
    assert "does not fire" in told["timers"]


async def test_what_moved_again_is_well_again() -> None:
    process = Process(oldest=7)
    await process.after(0)
    stalled = list(await process.after(20))
    process.oldest = 8

    assert stalled == ["relay"]
    assert await process.after(1) == {}
    assert await process.after(5) == {}


async def test_a_consumer_without_partitions_or_a_relay_without_producer_is_not_ready() -> None:
    process = Process(connected=False)

    assert set(await process.after(0)) == {"consumer", "relay"}
