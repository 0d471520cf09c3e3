"""Unusual neighbours on a real broker: codecs, transactions, sizes, identities, times. One record never stops a service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from contracts.dead_letter import CATALOGUE, DeadLettered, DeadReason
from contracts.envelope import Envelope
from deploy.local.servers.processes import wait_until
from services._chassis import topics
from services._chassis.dead_letters import DeadLetters
from services._chassis.inbound import Reader
from services._chassis.relay import Relay
from services._chassis.sending import send
from tests.support.process import NOON, WITHIN, Stand
from tests.support.tally import IN, OUT, SERVICE, Number, tally_of


def message(value: int, identity: UUID | None = None, **changes: Any) -> Envelope:  # Any: of several types
    whole = Envelope.wrap(
        Number(value=value),
        identity=identity or uuid4(),
        source="/test",
        subject="a",
        time=NOON,
        correlation=UUID(int=0),
        causation=UUID(int=0),
    )
    return whole.model_copy(update=changes)


@asynccontextmanager
async def producer(own: Stand, **options: Any) -> AsyncIterator[AIOKafkaProducer]:  # Any: of several types
    made = AIOKafkaProducer(bootstrap_servers=own.settings.bootstrap_servers, acks="all", **options)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def total(own: Stand) -> int:
    state: int = (await own.parts.store.read(tally_of("a"))).state
    return state


async def counted(own: Stand, expected: int) -> None:
    async def reached() -> bool:
        return await total(own) == expected

    await wait_until(reached, WITHIN, f"a total of {expected}", every_seconds=0.05)


async def letters(own: Stand, count: int, topic: str = IN) -> list[DeadLettered]:
    found = [
        CATALOGUE.decode(each.event_name, each.event_version, each.data)
        for each in await own.read(f"{topic}.dead", count)
    ]
    return [each for each in found if isinstance(each, DeadLettered)]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_message_may_come_in_any_codec_of_the_protocol(service: Stand, codec: str) -> None:
    async with producer(service, compression_type=codec) as other:
        for value in (1, 2):
            await other.send_and_wait(service.place.topic_prefix + IN, message(value).to_bytes(), key=b"a")

    await counted(service, 3)


async def test_a_batch_that_unpacks_beyond_the_bound_is_set_aside_and_the_next_one_acts(
    service: Stand,
) -> None:
    async with producer(
        service, compression_type="zstd", max_request_size=100_000_000, max_batch_size=100_000_000
    ) as other:
        topic = service.place.topic_prefix + IN
        batch = other.create_batch()
        batch.append(timestamp=None, key=b"a", value=bytes(40_000_000))
        await (await other.send_batch(batch, topic, partition=0))
    await service.send(IN, Number(value=5), "a")
    await counted(service, 5)
    (letter,) = await letters(service, 1)

    assert letter.reason is DeadReason.UNREADABLE
    assert (letter.partition, letter.offset) == (0, 0)
    assert "zstd" in letter.rule


async def test_what_a_transaction_aborted_or_has_not_committed_does_not_act(service: Stand) -> None:
    topic = service.place.topic_prefix + IN
    async with producer(service, transactional_id=f"{topic}-tx") as other:
        await other.begin_transaction()
        await other.send_and_wait(topic, message(100).to_bytes(), key=b"a")
        await other.abort_transaction()
        async with other.transaction():
            await other.send_and_wait(topic, message(7).to_bytes(), key=b"a")
            before = await total(service)
    await counted(service, 7)

    assert before == 0


async def test_the_position_moves_past_the_mark_of_a_transaction_so_nothing_seems_to_wait(service: Stand) -> None:
    topic = service.place.topic_prefix + IN
    async with producer(service, transactional_id=f"{topic}-tx") as other:
        async with other.transaction():
            sent = await other.send_and_wait(topic, message(7).to_bytes(), key=b"a")
        await other.begin_transaction()
        aborted = await other.send_and_wait(topic, message(9).to_bytes(), key=b"a")
        await other.abort_transaction()
    place = TopicPartition(topic, sent.partition)
    assert aborted.partition == sent.partition

    async def behind() -> bool:
        reached: int | None = service.parts.consumer.positions.get(place)
        return bool(reached == aborted.offset + 2)

    await wait_until(behind, WITHIN, "the place behind the last mark", every_seconds=0.05)
    assert await service.parts.consumer.waiting() == {}


async def test_the_same_id_from_another_source_is_another_message(still: Stand) -> None:
    identity = uuid4()
    still.start()
    for source in ("/test", "/other"):
        await still.send_raw(IN, b"a", message(2, identity, source=source).to_bytes())

    await counted(still, 4)


async def test_the_same_source_and_id_with_other_content_is_a_dead_letter(service: Stand) -> None:
    first = message(2)
    await service.send_raw(IN, b"a", first.to_bytes())
    await counted(service, 2)
    await service.send_raw(IN, b"a", first.model_copy(update={"data": {"value": 3}}).to_bytes())
    (letter,) = await letters(service, 1)

    assert letter.reason is DeadReason.ID_REUSED
    assert await total(service) == 2


async def test_a_repeat_under_another_trace_is_passed_over(service: Stand) -> None:
    first = message(2)
    await service.send_raw(IN, b"a", first.to_bytes())
    again = first.model_copy(update={"traceparent": f"00-{uuid4().hex}-{'1' * 16}-01"})
    await service.send_raw(IN, b"a", again.to_bytes())
    await service.send(IN, Number(value=1), "a")
    await counted(service, 3)
    await service.settled()

    assert await service.parts.store.rows("select 1 from unsent") == []
    assert service.counted("egov_dead_letters_total", topic=service.place.topic_prefix + IN, reason="id-reused") == 0


async def test_after_a_topic_was_made_anew_messages_act_where_letters_once_stood(still: Stand) -> None:
    name = still.place.topic_prefix + IN
    still.start()
    for _ in range(3):
        await still.send_raw(IN, b"a", b"rubbish")
    await letters(still, 3)
    await still.settled()
    await still.crash()
    admin = AIOKafkaAdminClient(bootstrap_servers=still.settings.bootstrap_servers)
    await admin.start()
    await admin.delete_topics([name])

    async def gone() -> bool:
        return name not in await admin.list_topics()

    await wait_until(gone, WITHIN, "the topic to go", every_seconds=0.05)
    await admin.close()
    await topics.ensure(still.settings, [IN])
    still.start()
    for _ in range(3):
        await still.send(IN, Number(value=1), "a")

    await counted(still, 3)


async def test_another_service_s_word_on_a_topic_is_set_aside(still: Stand) -> None:
    prefix = still.place.topic_prefix
    still.parts.consumer._reader = Reader(SERVICE, prefix, {IN: "/owner"})  # noqa: SLF001 - the contracts know no test's topic
    still.start()
    await still.send_raw(IN, b"a", message(2).to_bytes())
    await still.send_raw(IN, b"a", message(3, source="/owner").to_bytes())
    await counted(still, 3)
    (letter,) = await letters(still, 1)

    assert letter.reason is DeadReason.WRONG_SOURCE
    assert letter.field == "/source"


async def test_a_time_ahead_of_the_virtual_clock_is_set_aside(service: Stand) -> None:
    await service.send_raw(IN, b"a", message(2, time=NOON + timedelta(days=365 * 90)).to_bytes())
    await service.send_raw(IN, b"a", message(3, time=NOON + timedelta(minutes=4)).to_bytes())
    await counted(service, 3)
    (letter,) = await letters(service, 1)

    assert letter.reason is DeadReason.TIME_OUT_OF_BOUNDS
    assert letter.field == "/time"


INSERT = "insert into outbox (shard, topic, key, value) values ($1, $2, $3, $4)"


async def enqueue(own: Stand, topic: str, values: list[bytes]) -> None:
    async with own.pool.acquire() as connection:
        await connection.executemany(INSERT, [(0, own.place.topic_prefix + topic, b"a", value) for value in values])


async def test_a_row_that_the_broker_never_takes_is_set_aside_and_nothing_is_sent_twice(service: Stand) -> None:
    small = [message(value).to_bytes() for value in range(20)]
    await enqueue(service, OUT, [*small[:10], b"x" * 2_000_000, *small[10:]])
    service.parts.engine.to_publish.set()
    (letter,) = await letters(service, 1, OUT)
    await service.settled()
    sent = await service.read(OUT, 20)
    unsent = await service.parts.store.rows("select topic, length(value) as bytes, reason from unsent")

    assert letter.reason is DeadReason.UNSENDABLE
    assert [each.data["value"] for each in sent] == list(range(20))
    assert [(each["bytes"], str(each["reason"]).partition(":")[0]) for each in unsent] == [
        (2_000_000, "MessageSizeTooLargeError")
    ]
    assert service.counted("egov_messages_unsent_total", topic=service.place.topic_prefix + OUT) == 1


async def test_a_topic_that_is_not_there_keeps_its_own_rows_waiting_and_no_others(still: Stand) -> None:
    await enqueue(still, "nowhere", [b"{}"] * 5)
    await enqueue(still, OUT, [message(1).to_bytes()])
    metrics = still.metrics
    relay = Relay(
        still.pool,
        still.settings.broker,
        still.parts.engine.to_publish,
        still.parts.engine.busy,
        metrics,
        DeadLetters("tally", OUT, metrics),
        most=3,
    )
    async with producer(still, enable_idempotence=True) as other:
        with pytest.raises((KafkaError, TimeoutError)):
            await relay.publish(other)
        await relay.publish(other)
    left = await still.parts.store.rows("select topic from outbox")

    assert [each["topic"] for each in left] == [f"{still.place.topic_prefix}nowhere"] * 5
    assert len(await still.read(OUT, 1)) == 1


async def test_a_batch_that_a_broker_refuses_whole_is_sent_row_by_row(still: Stand) -> None:
    """A topic may take less than a batch of ours holds."""
    name = still.place.topic_prefix + OUT
    rows = [{"id": number, "topic": name, "key": b"a", "value": bytes(400)} for number in range(4)]
    async with producer(still, enable_idempotence=True) as other:
        sent = await send(other, rows, alone={2})

    assert sent.failure is None
    assert sent.acknowledged == {0, 1, 2, 3}
    assert not sent.refused
