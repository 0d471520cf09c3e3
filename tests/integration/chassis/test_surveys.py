"""A timer that decides on many streams: one snapshot, one transaction of its own, decided once, while all else goes on."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import ClassVar, Final
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.event import Catalogue, Event
from deploy.local.servers.processes import wait_until
from services._chassis.aggregate import Aggregate, Effect, Projection, Recorded, Schedule, Service, Survey, Tell, Timer
from tests.support.process import NOON, WITHIN, Stand, make_tables, stand
from tests.support.servers import Place

HOUR: Final = timedelta(hours=1)
LONG_SECONDS: Final = 0.6
TABLE: Final = "create table ballots (name text primary key, votes integer not null, won boolean not null)"


class Voted(Event):
    name: ClassVar[str] = "test.voted"

    votes: int


class Won(Event):
    name: ClassVar[str] = "test.won"


class Opened(Event):
    name: ClassVar[str] = "test.opened"

    least: int


class Closed(Event):
    name: ClassVar[str] = "test.closed"

    winners: tuple[str, ...]
    seen: int


class Noted(Event):
    name: ClassVar[str] = "test.noted"


decisions: list[int] = []


def close(_state: int, timer: Timer) -> Sequence[Event]:
    """Takes a while, as a competition does."""
    decisions.append(len(timer.rows))
    until = time.perf_counter() + LONG_SECONDS
    while time.perf_counter() < until:
        pass
    return [Closed(winners=tuple(row["name"] for row in timer.rows), seen=len(timer.rows))]


def react_poll(_state: int, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case Opened(least=least):
            yield Schedule("close", recorded.at + HOUR, {"least": least})
            yield Schedule("note:before", recorded.at + HOUR / 2)
            yield Schedule("note:zz", recorded.at + HOUR)
        case Closed(winners=winners):
            yield from (Tell(f"ballot:{name}", lambda _votes, _at: [Won()]) for name in winners)


POLL: Final = Aggregate[int](
    category="poll",
    initial=0,
    evolve=lambda count, _event: count + 1,
    events=Catalogue([Opened, Closed, Noted]),
    react=react_poll,
    timers={"close": close, "note": lambda _state, _timer: [Noted()]},
    surveys={
        "close": Survey(
            "select name, votes from ballots where votes >= $1 order by name", lambda timer: [timer.data["least"]]
        )
    },
)
BALLOT: Final = Aggregate[tuple[int, bool]](
    category="ballot",
    initial=(0, False),
    evolve=lambda state, event: (event.votes, state[1]) if isinstance(event, Voted) else (state[0], True),
    events=Catalogue([Voted, Won]),
    projection=Projection(
        "ballots",
        ("name",),
        ("name", "votes", "won"),
        lambda name, state: {"name": name, "votes": state[0], "won": state[1]},
    ),
)
SERVICE: Final = Service("polls", (POLL, BALLOT), (), {"test.polls.v1": Catalogue([Closed])})


@pytest_asyncio.fixture(loop_scope="session")
async def polls(corner: Place) -> AsyncIterator[Stand]:
    decisions.clear()
    await make_tables(corner.database_url)
    async with stand(SERVICE, corner, running=False) as own:
        await own.pool.execute(TABLE)
        committing = asyncio.create_task(own.parts.commands.run())
        yield own
        committing.cancel()


async def vote(own: Stand, name: str, votes: int) -> None:
    await own.parts.commands.execute(
        f"ballot:{name}", lambda _votes, _at: [Voted(votes=votes)], cause=uuid4(), correlation=uuid4()
    )


async def opened(own: Stand) -> None:
    await own.parts.commands.execute(
        "poll:one", lambda _state, _at: [Opened(least=10)], cause=uuid4(), correlation=uuid4()
    )
    await own.jump(NOON + HOUR)


async def begun() -> None:
    """The long decision is being taken."""

    async def deciding() -> bool:
        return bool(decisions)

    await wait_until(deciding, WITHIN, "the long decision to begin", every_seconds=0.01)


async def test_the_handler_gets_the_rows_of_its_survey_and_tells_those_it_decided_on(polls: Stand) -> None:
    for name, votes in (("a", 12), ("b", 9), ("c", 10)):
        await vote(polls, name, votes)
    await opened(polls)
    fired = [await polls.timers.fire() for _ in range(4)]
    history = [event for _, event in await polls.parts.store.history("poll:one")]

    assert fired == [1, 1, 1, 0]  # in the order of moment and key, the long one by itself
    assert history == [Opened(least=10), Noted(), Closed(winners=("a", "c"), seen=2), Noted()]
    assert await polls.parts.store.rows("select name from ballots where won order by name") == [
        {"name": "a"},
        {"name": "c"},
    ]
    assert decisions == [2]  # once, though the winners' streams were asked for afterwards


async def test_the_process_goes_on_answering_and_deciding_while_a_long_decision_is_taken(polls: Stand) -> None:
    await vote(polls, "a", 12)
    await opened(polls)
    assert await polls.timers.fire() == 1
    polls.parts.store.forget(["ballot:a"])
    firing = asyncio.create_task(polls.timers.fire())
    longest, commands = 0.0, 0
    while not firing.done():
        before = time.perf_counter()
        await vote(polls, f"late-{commands}", 20)
        longest, commands = max(longest, time.perf_counter() - before), commands + 1
    won = await polls.parts.store.rows("select name from ballots where won")

    assert await firing == 1
    assert commands > 2
    assert longest < LONG_SECONDS
    assert won == [{"name": "a"}]  # whoever came while it was decided is not in it
    assert decisions == [1]


async def test_another_instance_fires_nothing_while_a_long_decision_holds_the_lock(polls: Stand) -> None:
    await vote(polls, "a", 12)
    await opened(polls)
    await polls.timers.fire()
    async with stand(SERVICE, polls.place, instance="2", running=False) as other:
        await other.jump(NOON + HOUR)
        firing = asyncio.create_task(polls.timers.fire())
        await begun()
        meanwhile = await other.timers.fire()

        assert not firing.done()
        assert meanwhile == 0
        assert await firing == 1
        assert await other.timers.fire() == 1  # the note that came after it


@pytest.mark.parametrize("writes", [1, 3])
async def test_after_a_conflict_on_its_own_stream_it_is_decided_again_on_a_fresh_survey(
    polls: Stand, writes: int
) -> None:
    await vote(polls, "a", 12)
    await opened(polls)
    await polls.timers.fire()
    firing = asyncio.create_task(polls.timers.fire())
    await begun()
    for _ in range(writes):
        await polls.parts.commands.execute("poll:one", lambda _s, _at: [Noted()], cause=uuid4(), correlation=uuid4())
    await vote(polls, "b", 13)
    await firing
    history = [event for _, event in await polls.parts.store.history("poll:one")]

    assert history.count(Closed(winners=("a", "b"), seen=2)) == 1
    assert decisions == [1, 2]
