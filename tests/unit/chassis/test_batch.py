"""A batch in memory: order, what is missing, what fails, and what follows from an event."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeAlias
from uuid import UUID

import pytest

from contracts.envelope import Envelope
from contracts.event import Catalogue, Event
from services._chassis import ids
from services._chassis.aggregate import (
    Actors,
    Aggregate,
    Cancel,
    Decide,
    Effect,
    Publish,
    Recorded,
    Schedule,
    Service,
    Tell,
)
from services._chassis.batch import SHARDS, Batch, Decision, Failed, Input, Loaded, Nothing, OutboxRow, Plan, message_id
from services._chassis.decider import Ignored, Refused

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
WALL = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Added(Event):
    name: ClassVar[str] = "test.added"

    value: int


class Foreign(Event):
    name: ClassVar[str] = "test.foreign"


React: TypeAlias = Callable[[int, Recorded], Iterable[Effect]]


def nothing_follows(_sum: int, _recorded: Recorded) -> Iterable[Effect]:
    return ()


def service(react: React) -> Service:
    def evolve(total: int, event: Added) -> int:
        if event.value < 0:
            raise ArithmeticError("a sum never falls")
        return total + event.value

    aggregate = Aggregate[int]("sum", 0, evolve, Catalogue([Added]), react)
    return Service("adder", (aggregate,), (), {"out": Catalogue([Added])})


def add(*values: int) -> Decide:
    return lambda _sum, _at: [Added(value=value) for value in values]


def refuse(_sum: int, _at: datetime) -> Sequence[Event]:
    raise Refused("sum.closed", "it is closed")


def ask(number: int, stream: str, decide: Decide) -> Input:
    return Input(UUID(int=number), stream, decide, NOON, UUID(int=100 + number))


def decide(
    *inputs: Input,
    react: React = nothing_follows,
    failed: Mapping[int, Exception] | None = None,
    loaded: tuple[str, ...] = ("sum:a", "sum:b"),
) -> Plan:
    batch = Batch(service(react), lambda topic: f"prefix.{topic}", lambda: WALL)
    return batch.decide(inputs, {stream: Loaded(10, 4) for stream in loaded}, failed or {})


def written(plan: Plan) -> list[tuple[str, int, Event]]:
    return [(each.stream, each.version, each.event) for each in plan.events]


def test_inputs_are_decided_in_order_each_on_what_the_one_before_left() -> None:
    plan = decide(
        ask(1, "sum:a", add(1)), ask(2, "sum:b", add(5)), ask(3, "sum:a", lambda total, _at: add(total)(0, NOON))
    )

    assert written(plan) == [
        ("sum:a", 5, Added(value=1)),
        ("sum:b", 5, Added(value=5)),
        ("sum:a", 6, Added(value=11)),
    ]
    assert plan.results == {
        0: Decision((Added(value=1),), 11),
        1: Decision((Added(value=5),), 15),
        2: Decision((Added(value=11),), 22),
    }


def test_an_input_without_events_changes_nothing_and_is_answered_with_the_state() -> None:
    plan = decide(ask(1, "sum:a", add()))

    assert plan.is_empty
    assert plan.results == {0: Decision((), 10)}


def test_streams_that_nobody_loaded_are_presumed_as_remembered_and_the_plan_says_so() -> None:
    def tell(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        if recorded.stream == "sum:a":
            yield Tell("sum:far", add(1))

    remembered = {"sum:far": Loaded(70, 7), "sum:x": Loaded(0, 0)}
    batch = Batch(service(tell), str)
    plan = batch.decide(
        [ask(1, "sum:a", add(1)), ask(2, "sum:x", add(1)), ask(3, "sum:x", add(1))],
        {"sum:a": Loaded(10, 4)},
        {},
        remembered.__getitem__,
    )

    assert plan.presumed == remembered
    assert [(each.stream, each.version) for each in plan.events] == [
        ("sum:a", 5), ("sum:far", 8), ("sum:x", 1), ("sum:x", 2),
    ]  # fmt: skip


def test_what_fails_says_what_was_presumed_by_then() -> None:
    def tell(_sum: int, _recorded: Recorded) -> Iterable[Effect]:
        yield Tell("sum:unknown", refuse)

    with pytest.raises(Failed, match=r"sum\.closed") as failure:
        Batch(service(tell), str).decide([ask(1, "sum:all", add(7))], {"sum:all": Loaded(0, 0)}, {})

    assert failure.value.presumed == {"sum:unknown": Loaded(0, 0)}


def test_a_stream_that_is_told_decides_in_the_same_plan() -> None:
    def tell(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        if recorded.stream == "sum:a":
            yield Tell("sum:b", add(7))

    plan = decide(ask(1, "sum:a", add(1, 2)), react=tell)

    assert written(plan) == [
        ("sum:a", 5, Added(value=1)),
        ("sum:b", 5, Added(value=7)),
        ("sum:a", 6, Added(value=2)),
        ("sum:b", 6, Added(value=7)),
    ]
    assert plan.results == {0: Decision((Added(value=1), Added(value=2)), 13)}
    assert plan.events[1].causation == plan.events[0].id


def test_a_refusal_of_the_told_stream_refuses_the_whole_input() -> None:
    def tell(_sum: int, _recorded: Recorded) -> Iterable[Effect]:
        yield Tell("sum:b", refuse)

    with pytest.raises(Failed) as failure:
        decide(ask(1, "sum:b", add()), ask(2, "sum:a", add(1)), react=tell)

    assert failure.value.index == 1
    assert isinstance(failure.value.reason, Refused)


def test_streams_that_tell_each_other_without_end_fail_as_one_input() -> None:
    def tell(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        yield Tell(recorded.stream, add(1))

    with pytest.raises(Failed) as failure:
        decide(ask(1, "sum:a", add(1)), react=tell)

    assert isinstance(failure.value.reason, RecursionError)


def test_an_input_that_fails_before_its_first_event_leaves_the_others_as_they_are() -> None:
    plan = decide(ask(1, "sum:a", add(1)), ask(2, "sum:a", refuse), ask(3, "sum:a", add(2)))

    assert written(plan) == [("sum:a", 5, Added(value=1)), ("sum:a", 6, Added(value=2))]
    assert isinstance(plan.results[1], Refused)
    assert plan.results[2] == Decision((Added(value=2),), 13)


def test_an_input_that_fails_after_an_event_leaves_no_trace_in_the_others() -> None:
    inputs = ask(1, "sum:a", add(1)), ask(2, "sum:a", add(1, -1)), ask(3, "sum:a", add(2))
    with pytest.raises(Failed) as failure:
        decide(*inputs)
    plan = decide(*inputs, failed={failure.value.index: failure.value.reason})

    assert failure.value.index == 1
    assert written(plan) == [("sum:a", 5, Added(value=1)), ("sum:a", 6, Added(value=2))]
    assert [each.id for each in plan.events] == [each.id for each in decide(inputs[0], inputs[2]).events]
    assert plan.results[1] is failure.value.reason


def test_deciding_again_gives_the_same_ids_and_bytes() -> None:
    def publish(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        yield Publish("out", "a", recorded.event)
        yield Schedule("later", NOON + HOUR)

    first, second = (decide(ask(1, "sum:a", add(1)), react=publish) for _ in range(2))

    assert first == second


def test_an_envelope_tells_what_was_decided_when_and_why() -> None:
    def publish(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        yield Publish("out", "the-application", recorded.event)
        yield Publish("out", "the-application", recorded.event)

    plan = decide(ask(1, "sum:a", add(1)), react=publish)
    first, second = (Envelope.model_validate_json(row.value) for row in plan.outbox)

    assert [(row.topic, row.key) for row in plan.outbox] == [("prefix.out", b"the-application")] * 2
    assert (first.type, first.data) == ("test.added.v1", {"value": 1})
    assert (first.source, first.subject) == ("/adder", "the-application")
    assert (first.time, first.recordedtime) == (NOON, WALL)
    assert (first.correlationid, first.causationid) == (UUID(int=101), plan.events[0].id)
    assert first.id != second.id


def test_an_event_outside_its_topics_catalogue_is_an_error_of_that_input_alone() -> None:
    def publish(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        if recorded.stream == "sum:a":
            yield Publish("out", "a", Foreign())

    inputs = ask(1, "sum:a", add(1)), ask(2, "sum:b", add(1))
    with pytest.raises(Failed, match=r"test\.foreign is not in the catalogue of out: add it there first") as failure:
        decide(*inputs, react=publish)
    plan = decide(*inputs, react=publish, failed={0: failure.value.reason})

    assert written(plan) == [("sum:b", 5, Added(value=1))]
    assert plan.outbox == []


@pytest.mark.parametrize(
    ("effects", "due"),
    [
        ((Schedule("k", NOON), Cancel("k")), None),
        ((Cancel("k"), Schedule("k", NOON)), NOON),
        ((Schedule("k", NOON), Schedule("k", NOON + HOUR)), NOON + HOUR),
    ],
)
def test_of_several_orders_for_one_timer_the_last_counts(effects: tuple[Effect, ...], due: datetime | None) -> None:
    plan = decide(ask(1, "sum:a", add(1)), react=lambda _sum, _recorded: effects)
    timer = plan.timers["sum:a", "k"]

    assert list(plan.timers) == [("sum:a", "k")]
    assert (timer.schedule.due_at if timer else None) == due


def test_a_timer_keeps_the_conversation_and_has_an_id_of_its_cause() -> None:
    plan = decide(ask(1, "sum:a", add(1)), react=lambda _sum, _recorded: [Schedule("k", NOON + HOUR)])
    timer = plan.timers["sum:a", "k"]
    assert timer is not None

    assert timer.correlation == UUID(int=101)
    assert timer.causation == plan.events[0].id
    assert timer.id == ids.derive(NOON + HOUR, plan.events[0].id, "k")


def test_rows_of_one_key_share_a_shard_and_rows_without_a_key_have_one() -> None:
    shards = {OutboxRow("out", str(number).encode(), b"").shard for number in range(1000)}

    assert shards == set(range(SHARDS))
    assert OutboxRow("out", b"a", b"x").shard == OutboxRow("other", b"a", b"y").shard
    assert 0 <= OutboxRow("out", None, b"").shard < SHARDS


def test_what_follows_besides_changes_no_id_of_what_is_published() -> None:
    def tell(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        yield Publish("out", "a", recorded.event)
        yield Publish("out", "b", recorded.event)

    def plan_more(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        yield Schedule("k", NOON + HOUR)
        yield from tell(_sum, recorded)
        yield Cancel("j")

    plain, more = (decide(ask(1, "sum:a", add(1)), react=react) for react in (tell, plan_more))

    assert plain.outbox == more.outbox
    assert [Envelope.read(row.value).id for row in plain.outbox] == [
        message_id(plain.events[0], "out", number) for number in range(2)
    ]


def test_what_is_ignored_is_told_with_its_reason_also_on_a_stream_that_is_told() -> None:
    def tell(_sum: int, _recorded: Recorded) -> Iterable[Effect]:
        yield Tell("sum:b", lambda _sum, _at: Ignored("enough"))

    plan = decide(ask(1, "sum:a", lambda _sum, _at: Ignored("closed")), ask(2, "sum:a", add(1)), react=tell)

    assert plan.ignored == [
        Nothing("sum:a", "closed", UUID(int=1)),
        Nothing("sum:b", "enough", plan.events[0].id),
    ]
    assert plan.results[0] == Decision((), 10)


def test_actors_follow_after_what_follows_without_them() -> None:
    def own(_sum: int, recorded: Recorded) -> Iterable[Effect]:
        yield Publish("out", "a", recorded.event)

    def act(_sum: int, _recorded: Recorded) -> Iterable[Effect]:
        yield Schedule("work", NOON)

    described = service(own)
    acting = described.with_actors(Actors("sum", act, {"work": lambda _sum, _timer: [Added(value=1)]}))
    recorded = decide(ask(1, "sum:a", add(1))).events[0]

    assert list(acting.aggregates[0].react(1, recorded)) == [
        Publish("out", "a", recorded.event),
        Schedule("work", NOON),
    ]
    assert acting.aggregates[0].timers.keys() == {"work"}
    assert described.aggregates[0].timers == {}


def test_actors_of_unknown_streams_or_with_a_timer_that_is_taken_are_a_mistake() -> None:
    actors = Actors[int]("sum", timers={"work": lambda _sum, _timer: []})
    acting = service(nothing_follows).with_actors(actors)

    with pytest.raises(ValueError, match="two timers of sum are named work"):
        acting.with_actors(actors)
    with pytest.raises(ValueError, match="no streams named product"):
        acting.with_actors(Actors("product"))
