"""Requests that wait at one moment share a transaction, and nobody suffers for another's."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import asyncpg
import pytest

from contracts.event import Event
from contracts.sim_clock import ClockSet
from services._chassis.aggregate import Decide
from services._chassis.batch import Batch, Decision, Loaded, Plan
from services._chassis.clock import ClockNotSet, VirtualClock
from services._chassis.commands import Commands
from services._chassis.decider import Refused
from services._chassis.engine import Busy, Conflicted, Engine, Gather
from services._chassis.limits import Overloaded
from tests.support.tally import SERVICE, TALLY, Counted, add

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


class FakeEngine:
    """Decides in memory; a batch is refused as a whole, as a database would, when it holds a stream of `refused`."""

    def __init__(self) -> None:
        self.busy = Busy()
        self.batches: list[list[str]] = []
        self.refused: dict[str, Exception] = {}
        self.open = asyncio.Event()
        self.open.set()

    async def transact(self, _source: str, gather: Gather) -> Plan:
        work = await gather(None, False)  # noqa: FBT003 - asked for the first time
        await self.open.wait()
        streams = [each.stream for each in work.inputs]
        self.batches.append(streams)
        for stream in streams:
            if stream in self.refused:
                raise self.refused[stream]
        loaded = {stream: Loaded(0, 0) for stream in (*streams, "journal:all")}
        return Batch(SERVICE, lambda topic: topic).decide(work.inputs, loaded, {})


class Desk:
    """Commands at work over a fake engine."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.engine = FakeEngine()
        self.commands = Commands(cast("Engine", self.engine), self.clock)  # a fake of the one method that is used

    def ask(self, subject: str, decide: Decide) -> "asyncio.Task[Decision]":
        request = self.commands.execute(TALLY.stream(subject), decide, cause=uuid4(), correlation=uuid4())
        return asyncio.create_task(request)


@asynccontextmanager
async def working() -> AsyncIterator[Desk]:
    desk = Desk()
    desk.clock.apply(ClockSet(sequence=1, virtual=NOON, wall=NOON, rate=0))
    task = asyncio.create_task(desk.commands.run())
    yield desk
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def plus(value: int) -> Decide:
    return lambda total, _at: add(total, value)


def refusing(_total: int, _at: datetime) -> Sequence[Event]:
    raise Refused("tally.unwanted", "not wanted")


async def outcomes(*asked: "asyncio.Task[Decision]") -> list[object]:
    """The state each request led to, or its failure."""
    done = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 5)
    return [each.state if isinstance(each, Decision) else type(each) for each in done]


async def test_requests_that_wait_at_one_moment_share_a_transaction() -> None:
    async with working() as desk:
        found = await outcomes(*(desk.ask(f"s{value}", plus(value)) for value in range(1, 4)))

    assert found == [1, 2, 3]
    assert [len(batch) for batch in desk.engine.batches] == [3]


async def test_a_request_is_answered_with_its_own_events_only() -> None:
    async with working() as desk:
        first, second = desk.ask("a", plus(1)), desk.ask("a", plus(2))
        await outcomes(first, second)

    assert first.result() == Decision((Counted(value=1, total=1),), 1)
    assert second.result() == Decision((Counted(value=2, total=3),), 3)


async def test_a_refused_request_does_not_touch_those_it_shares_a_transaction_with() -> None:
    async with working() as desk:
        found = await outcomes(desk.ask("a", plus(1)), desk.ask("b", refusing), desk.ask("c", plus(3)))

    assert found == [1, Refused, 3]


@pytest.mark.parametrize(
    "reason", [Conflicted("busy"), asyncpg.UntranslatableCharacterError("U+0000"), KeyError("a bug")], ids=repr
)
async def test_what_fails_a_whole_transaction_fails_only_the_request_it_is_about(reason: Exception) -> None:
    async with working() as desk:
        desk.engine.refused["tally:b"] = reason
        found = await outcomes(*(desk.ask(subject, plus(1)) for subject in "abcd"))

    assert found == [1, type(reason), 1, 1]
    assert [len(batch) for batch in desk.engine.batches] == [4, 1, 1, 1, 1]


async def test_when_the_database_is_away_everybody_is_told_at_once() -> None:
    async with working() as desk:
        desk.engine.refused["tally:a"] = ConnectionResetError("gone")
        found = await outcomes(*(desk.ask(subject, plus(1)) for subject in "abc"))
        desk.engine.refused.clear()
        after = await outcomes(desk.ask("a", plus(1)))

    assert found == [ConnectionResetError] * 3
    assert after == [1]
    assert [len(batch) for batch in desk.engine.batches] == [3, 1]


async def test_a_caller_that_goes_away_leaves_the_others_answered() -> None:
    async with working() as desk:
        desk.engine.open.clear()
        gone, stays = desk.ask("a", plus(1)), desk.ask("b", plus(2))
        await asyncio.sleep(0)
        gone.cancel()
        desk.engine.open.set()
        found = await outcomes(stays)

    assert found == [2]
    assert gone.cancelled()
    assert desk.engine.busy.running == 0


async def test_before_a_clock_nothing_is_decided() -> None:
    desk = Desk()
    with pytest.raises(ClockNotSet):
        await desk.ask("a", plus(1))

    assert desk.engine.batches == []


async def test_who_would_wait_long_is_told_at_once_and_comes_in_when_it_goes_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services._chassis.commands._MOST_WAITING", 3)
    async with working() as desk:
        desk.engine.open.clear()
        first = desk.ask("first", plus(1))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting = [desk.ask(f"waiting-{each}", plus(1)) for each in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as told:
            await desk.ask("late", plus(1))
        desk.engine.open.set()
        found = await outcomes(first, *waiting)
        late = await outcomes(desk.ask("late", plus(1)))

    assert told.value.seconds >= 1
    assert found == [1, 1, 1, 1]
    assert late == [1]


async def test_a_queue_that_hardly_moves_takes_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services._chassis.commands._LONGEST_WAIT", 0.01)
    async with working() as desk:
        desk.engine.open.clear()
        first = desk.ask("first", plus(1))
        await asyncio.sleep(0.05)
        second = desk.ask("second", plus(1))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await desk.ask("third", plus(1))
        desk.engine.open.set()

        assert await outcomes(first, second) == [1, 1]
