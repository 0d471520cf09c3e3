"""Rows that commit late, relays that work side by side or die at the worst moment: nothing is lost, order is kept."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from contracts.envelope import Envelope
from deploy.local.servers.processes import wait_until
from services._chassis import relay, sending
from services._chassis.aggregate import Decide
from services._chassis.batch import Batch, Input, Loaded, OutboxRow, Plan
from services._chassis.broker import Broker
from services._chassis.dead_letters import DeadLetters
from services._chassis.engine import Work
from services._chassis.relay import Relay
from services._chassis.store import Connection
from tests.support.process import NOON, WITHIN, Stand, everything, stand
from tests.support.servers import Place
from tests.support.tally import IN, OUT, SERVICE, Number, add, tally_of

HOUR = timedelta(hours=1)
INSERT = "insert into outbox (shard, topic, key, value) values ($1, $2, $3, $4) returning id"
TIMER = "insert into timers values ($1, 'remind', $2, $3, '{\"value\": 1}', $2, $2, $4)"


def message(subject: str, value: int) -> Envelope:
    return Envelope.wrap(
        Number(value=value),
        identity=uuid4(),
        source="/test",
        subject=subject,
        time=NOON,
        correlation=UUID(int=0),
        causation=UUID(int=0),
    )


async def enqueue(connection: Connection, own: Stand, topic: str, subject: str, value: int) -> int:
    row = OutboxRow(own.place.topic_prefix + topic, subject.encode(), message(subject, value).to_bytes())
    number: int = await connection.fetchval(INSERT, row.shard, row.topic, row.key, row.value)
    return number


async def values_on(place: Place, topic: str) -> dict[str, list[int]]:
    """The numbers on a topic by subject, in their order."""
    found = defaultdict[str, list[int]](list)
    for each in await everything(place, topic):
        value = each.data["value"]
        assert isinstance(value, int)
        found[each.subject].append(value)
    return dict(found)


@asynccontextmanager
async def producer_of(own: Stand) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=own.settings.bootstrap_servers, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def waiting(own: Stand) -> int:
    return (await own.parts.store.pending())[0]


def asked(subject: str, value: int) -> Input:
    def decide(total: int, _at: datetime) -> Iterable[Any]:  # Any: as in Decide
        return add(total, value)

    named: Decide = decide  # type: ignore[assignment] # a sequence, seen as what it is used as
    return Input(uuid4(), tally_of(subject), named, NOON, uuid4())


async def test_an_outbox_row_that_commits_after_later_ones_were_published_is_published(still: Stand) -> None:
    async with still.pool.acquire() as late, still.pool.acquire() as early, producer_of(still) as producer:
        open_transaction = late.transaction()
        await open_transaction.start()
        first = await enqueue(late, still, OUT, "a", 1)
        second = await enqueue(early, still, OUT, "b", 2)
        published = await still.parts.relay.publish(producer)
        meanwhile = await values_on(still.place, OUT)
        await open_transaction.commit()
        published += await still.parts.relay.publish(producer)

    assert first < second
    assert meanwhile == {"b": [2]}
    assert published == 2
    assert await values_on(still.place, OUT) == {"a": [1], "b": [2]}
    assert await waiting(still) == 0


async def test_who_writes_a_stream_while_another_has_not_committed_comes_after_it(still: Stand) -> None:
    store = still.parts.store
    batch = Batch(SERVICE, lambda topic: still.place.topic_prefix + topic)

    async def gather(_connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
        return Work([asked("a", 10)])

    async with producer_of(still) as producer:
        async with store.transaction() as slow:
            loaded = await store.load(slow, [tally_of("a"), "journal:all"])
            await store.write(slow, batch.decide([asked("a", 1)], loaded, {}))
            fast = asyncio.create_task(still.parts.engine.transact("http", gather))
            await wait_until(lambda: blocked(still), WITHIN, "the second writer to wait for the first")
        await asyncio.wait_for(fast, WITHIN)
        await still.parts.relay.publish(producer)

    assert [each.data["total"] for each in await everything(still.place, OUT)] == [1, 11]
    assert still.counted("egov_conflicts_total", source="http") == 1


async def blocked(own: Stand) -> bool:
    rows = await own.parts.store.rows(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    return bool(rows)


async def test_a_timer_that_commits_after_later_ones_have_fired_fires(still: Stand) -> None:
    async with still.pool.acquire() as late, still.pool.acquire() as early, producer_of(still) as producer:
        open_transaction = late.transaction()
        await open_transaction.start()
        await late.execute(TIMER, tally_of("a"), uuid4(), NOON + HOUR, f"00-{'a' * 32}-{'b' * 16}-01")
        await early.execute(TIMER, tally_of("b"), uuid4(), NOON + 2 * HOUR, f"00-{'a' * 32}-{'b' * 16}-01")
        await still.jump(NOON + 3 * HOUR)
        fired = await still.timers.fire()
        await open_transaction.commit()
        fired += await still.timers.fire()
        fired += await still.timers.fire()
        await still.parts.relay.publish(producer)
    told = await everything(still.place, OUT)

    assert fired == 2
    assert {each.subject: each.time for each in told} == {"a": NOON + HOUR, "b": NOON + 2 * HOUR}


async def test_a_timer_that_is_set_anew_while_its_old_moment_fires_in_vain_stays(
    still: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its handler fails on 13, so that firing writes no event whose version would show the conflict."""
    store = still.parts.store
    write = store.write
    await transact(still, "a", 13)

    async def meanwhile(connection: Connection, plan: Plan) -> None:
        monkeypatch.setattr(store, "write", write)
        await transact(still, "a", 1)
        await write(connection, plan)

    await still.jump(NOON + HOUR)
    monkeypatch.setattr(store, "write", meanwhile)
    fired = await still.timers.fire()
    _, due = await store.pending()

    assert fired == 1
    assert due == NOON + HOUR
    assert [json.loads(str(row["data"])) for row in await store.rows("select data from timers")] == [{"value": 1}]


async def transact(own: Stand, subject: str, value: int) -> Plan:
    async def gather(_connection: Connection, _again: bool) -> Work:  # noqa: FBT001 - the shape of Gather
        return Work([asked(subject, value)])

    return await own.parts.engine.transact("http", gather)


async def test_relays_side_by_side_publish_every_row_once_and_each_key_in_order(still: Stand) -> None:
    expected = {f"s{subject}": list(range(30)) for subject in range(20)}
    async with still.pool.acquire() as connection, connection.transaction():
        for value in range(30):
            for subject in expected:
                await enqueue(connection, still, OUT, subject, value)

    async def publish_all() -> int:
        parts = still.parts
        letters = DeadLetters("tally", OUT, still.metrics)
        own = Relay(still.pool, Broker(""), asyncio.Event(), parts.engine.busy, still.metrics, letters, most=17)
        count = 0
        async with producer_of(still) as producer:
            while await waiting(still):
                count += await own.publish(producer)
        return count

    counts = await asyncio.wait_for(asyncio.gather(*(publish_all() for _ in range(3))), WITHIN)

    assert sum(counts) == 600
    assert await values_on(still.place, OUT) == expected


async def test_rows_of_a_relay_that_died_before_committing_come_again_and_count_once(
    still: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = sending.send

    async def send_and_die(producer: Any, rows: Sequence[Any], alone: Any) -> None:  # Any: as in the relay
        await send(producer, rows, alone)
        raise asyncpg.AdminShutdownError

    async with still.pool.acquire() as connection:
        for value in (1, 2, 3):
            await enqueue(connection, still, IN, "a", value)
    async with producer_of(still) as producer:
        with monkeypatch.context() as broken:
            broken.setattr(relay, "send", send_and_die)
            with pytest.raises(asyncpg.AdminShutdownError):
                await still.parts.relay.publish(producer)
        left = await waiting(still)
        again = await still.parts.relay.publish(producer)
    sent = await values_on(still.place, IN)
    still.start()
    told = await still.read(OUT, 3)
    await still.settled()

    assert (left, again) == (3, 3)
    assert sent == {"a": [1, 2, 3, 1, 2, 3]}
    assert [each.data["total"] for each in told] == [1, 3, 6]
    assert len(await everything(still.place, OUT)) == 3


async def test_remembered_states_take_up_what_another_instance_wrote(
    still: Stand,
) -> None:
    async with stand(SERVICE, still.place, instance="2", running=False) as other:
        for value in range(1, 6):
            await transact(still if value % 2 else other, "a", value)
        found = await still.parts.store.read(tally_of("a"))

    assert found == Loaded(15, 5)
    assert still.counted("egov_conflicts_total", source="http") == 0
