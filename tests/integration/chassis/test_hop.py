"""One hop on a real broker and database: claim, load, decide, append, outbox, publish."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import asyncpg
import pytest

from contracts.dead_letter import CATALOGUE, DeadLettered, DeadReason
from contracts.envelope import Envelope
from contracts.event import Event
from services._chassis.batch import Decision
from services._chassis.decider import Refused
from tests.support.process import NOON, Stand, everything
from tests.support.tally import IN, OUT, Number, add, tally_of


async def dead_letters(service: Stand, count: int) -> list[DeadLettered]:
    found = [
        CATALOGUE.decode(each.event_name, each.event_version, each.data)
        for each in await service.read(f"{IN}.dead", count)
    ]
    return [each for each in found if isinstance(each, DeadLettered)]


async def test_messages_of_one_subject_are_counted_in_order_and_told_in_order(service: Stand) -> None:
    for value in range(1, 51):
        await service.send(IN, Number(value=value), "a")
    told = await service.read(OUT, 50)

    assert [each.data["value"] for each in told] == list(range(1, 51))
    assert told[-1].data["total"] == sum(range(1, 51))


async def test_edge_12_a_message_delivered_twice_acts_once(service: Stand) -> None:
    identity = uuid4()
    for _ in range(3):
        await service.send(IN, Number(value=7), "b", identity)
    await service.send(IN, Number(value=1), "b")
    told = await service.read(OUT, 2)

    assert [each.data["total"] for each in told] == [7, 8]


async def test_a_poison_message_ends_in_the_dead_letter_topic_and_the_batch_goes_on(service: Stand) -> None:
    await service.send_raw(IN, b"c", b"\xff not json")
    await service.send_raw(IN, b"c", None)
    await service.send(IN, Number(value=5), "c")
    told = await service.read(OUT, 1)
    dead = await dead_letters(service, 2)

    assert told[0].data["total"] == 5
    assert {each.reason for each in dead} == {DeadReason.NOT_AN_ENVELOPE}
    assert {each.value_encoding for each in dead} == {"base64", "none"}
    assert all(each.rule and each.remedy for each in dead)


async def test_a_handlers_bug_is_a_dead_letter_with_its_stack_and_the_batch_goes_on(service: Stand) -> None:
    await service.send(IN, Number(value=1), "d")
    await service.send(IN, Number(value=2, wish="fail"), "d")
    await service.send(IN, Number(value=3), "d")
    told = await service.read(OUT, 2)
    (dead,) = await dead_letters(service, 1)

    assert [each.data["total"] for each in told] == [1, 4]
    assert dead.reason is DeadReason.HANDLER_ERROR
    assert "ZeroDivisionError" in dead.rule
    assert dead.stack is not None
    assert "tally.py" in dead.stack


async def test_a_message_that_was_set_aside_may_come_again_under_its_own_id(service: Stand) -> None:
    identity = uuid4()
    await service.send(IN, Number(value=9, wish="fail"), "again", identity)
    await dead_letters(service, 1)
    for _ in range(2):
        await service.send(IN, Number(value=9), "again", identity)
    await service.send(IN, Number(value=1), "again")
    told = await service.read(OUT, 2)

    assert [each.data["total"] for each in told] == [9, 10]


async def test_a_message_that_contradicts_the_state_is_set_aside_with_the_refusal(service: Stand) -> None:
    await service.send(IN, Number(value=2, wish="refuse"), "e")
    (dead,) = await dead_letters(service, 1)

    assert dead.reason is DeadReason.REFUSED
    assert dead.field == "/data/value"
    assert dead.remedy == "send another"


async def test_a_person_is_answered_when_the_decision_is_committed(service: Stand) -> None:
    decision = await service.ask("f", 4)
    told = await service.read(OUT, 1)

    assert decision.state == 4
    assert told[0].data["total"] == 4


async def test_a_refused_request_changes_nothing(service: Stand) -> None:
    with pytest.raises(Refused):
        await service.parts.commands.execute(
            tally_of("g"), lambda total, _at: add(total, 4, "refuse"), cause=uuid4(), correlation=uuid4()
        )

    assert (await service.parts.store.read(tally_of("g"))).version == 0


async def test_a_timer_fires_when_its_moment_comes_and_not_before(service: Stand) -> None:
    await service.send(IN, Number(value=1), "h")
    await service.read(OUT, 1)
    await service.jump(NOON + timedelta(minutes=59))
    await service.settled()
    before = await everything(service.place, OUT)
    await service.jump(NOON + timedelta(hours=1))
    told = await service.read(OUT, 2)

    assert len(before) == 1
    assert told[1].time == NOON + timedelta(hours=1)


async def test_a_timer_whose_handler_fails_is_set_aside_and_the_others_fire(service: Stand) -> None:
    await service.send(IN, Number(value=13), "i")
    await service.send(IN, Number(value=1), "j")
    await service.read(OUT, 2)
    await service.jump(NOON + timedelta(hours=2))
    await service.read(OUT, 3)
    (dead,) = await service.read(f"{OUT}.dead", 1)

    assert dead.data["reason"] == DeadReason.HANDLER_ERROR
    assert '"stream":"tally:i"' in str(dead.data["value"])


async def test_what_the_database_cannot_keep_is_a_dead_letter_and_the_batch_goes_on(
    service: Stand,
) -> None:
    late = Envelope.wrap(
        Number(value=2),
        identity=uuid4(),
        source="/test",
        subject="k",
        time=datetime(2199, 12, 29, 23, tzinfo=timezone(-timedelta(hours=14))),
        correlation=uuid4(),
        causation=uuid4(),
    )
    await service.send(IN, Number(value=1), "k")
    await service.send(IN, Number(value=0, wish="say U+0000"), "k")
    await service.send_raw(IN, b"k", late.to_bytes())
    await service.send(IN, Number(value=3), "k")
    told = await service.read(OUT, 2)
    dead = await dead_letters(service, 2)

    assert [each.data["total"] for each in told] == [1, 4]
    assert {each.reason for each in dead} == {DeadReason.HANDLER_ERROR, DeadReason.TIME_OUT_OF_BOUNDS}


async def test_a_poison_message_as_large_as_kafka_takes_does_not_stop_what_is_published(service: Stand) -> None:
    await service.send_raw(IN, b"l", b"\xff" * 1_000_000)
    await service.send(IN, Number(value=5), "l")
    (dead,) = await dead_letters(service, 1)
    told = await service.read(OUT, 1)

    assert dead.value_encoding == "base64, cut"
    assert told[0].data["total"] == 5


async def test_a_request_that_the_database_cannot_keep_fails_alone(service: Stand) -> None:
    def say(total: int, _at: datetime) -> Sequence[Event]:
        return add(total, 0, "say U+0000")

    bad = service.parts.commands.execute(tally_of("m"), say, cause=uuid4(), correlation=uuid4())
    first, failure, last = await asyncio.gather(service.ask("m", 1), bad, service.ask("m", 2), return_exceptions=True)

    assert isinstance(failure, asyncpg.DataError)
    assert isinstance(first, Decision)
    assert isinstance(last, Decision)
    assert {first.state, last.state} <= {1, 2, 3}
    assert (await service.parts.store.read(tally_of("m"))).state == 3
