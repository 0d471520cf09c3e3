"""One transaction per batch, again on a conflict, a bounded number of times."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import asyncpg
import pytest

from contracts.event import Event
from services._chassis.aggregate import Effect, Recorded, Service, Tell
from services._chassis.batch import Batch, Decision, Input, Loaded, Plan
from services._chassis.decider import Ignored, Refused
from services._chassis.engine import ATTEMPTS, Conflicted, Engine, Work
from services._chassis.metrics import Metrics
from services._chassis.store import Connection, Store
from tests.support.tally import JOURNAL, SERVICE, TALLY, Counted, Noted, add

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)


class FakeStore:
    """Meets other writers as often as it is told; notes what it is asked for. What it remembers is not always `true`."""

    def __init__(self, *failures: Exception, true: Mapping[str, Loaded] | None = None) -> None:
        self.failures = list(failures)
        self.true = true or {}
        self.asked: list[tuple[str, frozenset[str]]] = []
        self.written: list[Plan] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[None]:
        yield None

    transaction = connection

    async def load(self, _connection: Connection, streams: Iterable[str]) -> dict[str, Loaded]:
        found = frozenset(streams)
        self.asked.append(("load", found))
        return {stream: self.true.get(stream, Loaded(0, 0)) for stream in found}

    def remembered(self, _stream: str) -> Loaded:
        return Loaded(0, 0)

    async def take_turn(self, _connection: Connection, streams: Iterable[str]) -> None:
        self.asked.append(("take turn", frozenset(streams)))

    async def write(self, _connection: Connection, plan: Plan) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.written.append(plan)

    def forget(self, streams: Iterable[str]) -> None:
        self.asked.append(("forget", frozenset(streams)))

    def committed(self, plan: Plan) -> None:
        pass


async def gather(_connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
    return Work([Input(uuid4(), "tally:a", lambda total, _at: add(total, 1), NOON, uuid4())])


def engine_on(store: FakeStore, service: Service = SERVICE) -> Engine:
    return Engine(cast("Store", store), Batch(service, lambda topic: topic), Metrics("tally"))  # no database


def only_in_a_journal_that_was_begun(noted: int, _at: datetime) -> Sequence[Event]:
    if not noted:
        raise Refused("journal.new", "nothing stands in it")
    return [Noted(value=1)]


def into_the_journal(_total: int, _recorded: Recorded) -> Iterable[Effect]:
    yield Tell("journal:all", only_in_a_journal_that_was_begun)


STRICT = replace(SERVICE, aggregates=(replace(TALLY, react=into_the_journal), JOURNAL))


async def test_a_conflict_is_decided_again_in_turn_on_all_streams_that_were_concerned() -> None:
    both = frozenset({"tally:a", "journal:all"})
    store = FakeStore(asyncpg.UniqueViolationError("another was faster"))
    plan = await engine_on(store).transact("http", gather)
    loads = [("load", frozenset({"tally:a"})), ("load", frozenset({"journal:all"}))]

    assert store.asked == [*loads, ("forget", both), ("take turn", both), *loads]
    assert store.written == [plan]
    assert plan.results == {0: Decision((Counted(value=1, total=1),), 1)}


async def test_a_command_to_a_stream_that_another_wrote_meanwhile_is_decided_again() -> None:
    store = FakeStore(true={"journal:all": Loaded(40, 4)})
    plan = await engine_on(store).transact("http", gather)

    assert store.written == [plan]
    assert [(each.stream, each.version) for each in plan.events] == [("tally:a", 1), ("journal:all", 5)]


async def test_a_failure_is_judged_by_what_is_stored_and_not_by_what_is_remembered() -> None:
    store = FakeStore(true={"journal:all": Loaded(40, 4)})
    plan = await engine_on(store, STRICT).transact("http", gather)

    assert plan.results == {0: Decision((Counted(value=1, total=1),), 1)}
    assert [each.stream for each in plan.events] == ["tally:a", "journal:all"]


async def test_a_refusal_by_a_stream_that_is_as_remembered_refuses_the_whole_input() -> None:
    store = FakeStore()
    plan = await engine_on(store, STRICT).transact("http", gather)

    assert isinstance(plan.results[0], Refused)
    assert store.written == []


async def test_conflicts_without_end_are_given_up() -> None:
    store = FakeStore(*[asyncpg.SerializationError("busy")] * 100)
    engine = engine_on(store)
    with pytest.raises(Conflicted):
        await engine.transact("http", gather)

    assert len(store.failures) == 100 - ATTEMPTS
    assert engine.busy.running == 0
    assert not engine.to_publish.is_set()


async def test_what_is_no_conflict_is_raised_at_once() -> None:
    store = FakeStore(ConnectionResetError("gone"))
    engine = engine_on(store)
    with pytest.raises(ConnectionResetError):
        await engine.transact("http", gather)

    assert engine.busy.running == 0
    assert store.written == []


async def test_what_is_ignored_is_counted_by_its_reason() -> None:
    async def too_late(_connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
        return Work([Input(uuid4(), "tally:a", lambda _total, _at: Ignored("too-late"), NOON, uuid4())] * 2)

    metrics, store = Metrics("tally"), FakeStore()
    await Engine(cast("Store", store), Batch(SERVICE, str), metrics).transact("http", too_late)  # no database

    assert metrics.registry.get_sample_value("egov_ignored_total", {"aggregate": "tally", "reason": "too-late"}) == 2
    assert store.written == []


async def test_a_commit_wakes_those_who_publish_and_those_who_wait_for_timers() -> None:
    engine = engine_on(FakeStore())
    await engine.transact("http", gather)

    assert engine.to_publish.is_set()
    assert engine.to_wait_for.is_set()
    assert engine.busy.finished == 1


async def test_work_that_leads_to_nothing_writes_nothing() -> None:
    async def nothing(_connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
        return Work([Input(uuid4(), "tally:a", lambda _total, _at: [], NOON, uuid4())])

    store = FakeStore()
    engine = engine_on(store)
    await engine.transact("http", nothing)

    assert store.written == []
    assert engine.busy.finished == 0
