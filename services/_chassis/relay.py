"""Publishes what the transactions left in the outbox, per key in order; the same code after a crash as always."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2

from contracts.envelope import CONTENT_TYPE
from services._chassis.batch import SHARDS
from services._chassis.broker import Broker, client_options
from services._chassis.engine import TRANSIENT, Busy
from services._chassis.metrics import Metrics
from services._chassis.stopping import close

_POLL_SECONDS: Final = 0.5  # what another instance left behind is found this often
_SHARED_SECONDS: Final = 0.01  # another instance holds some shards: what we left there, it may not have seen
_PAUSE_SECONDS: Final = 0.3
_BATCH_BYTES: Final = 256 * 1024
_HEADERS: Final = [("content-type", CONTENT_TYPE.encode())]
# Locks the shards that nobody else holds, and takes their oldest rows out. Whoever published rows that this statement
# still sees has deleted them before it let their shard go, so they are passed over.
_TAKE: Final = f"""
with held as materialized (
    select shard from generate_series(0, {SHARDS - 1}) shard where pg_try_advisory_xact_lock(7052016, shard)),
taken as (
    delete from outbox where ctid = any(array(
        select ctid from outbox where shard = any(array(select shard from held)) order by id limit $1))
    returning id, topic, key, value)
select (select count(*) from held) as held, id, topic, key, value
from (select) as always left join taken on true order by id
"""  # noqa: S608 - a constant number

log = structlog.get_logger()


class Relay:
    """Rows are gone once the transaction ends that saw the broker acknowledge them. A crash before sends them again,
    and the receivers' inboxes drop the repeats. Several instances share the shards, never one key at a time.
    `published` tells up to where, per partition.
    """

    def __init__(
        self, pool: Any, broker: Broker, wake: asyncio.Event, busy: Busy, metrics: Metrics, most: int = 2_000
    ) -> None:  # Any: asyncpg ships no types
        self._pool = pool
        self._broker = broker
        self._wake = wake
        self._busy = busy
        self._metrics = metrics
        self._most = most
        self.connected = False
        self.published: dict[TopicPartition, int] = {}
        self._has_all = True

    async def run(self, stopping: asyncio.Event) -> None:
        """Publish until told to stop, and once more then. A producer that failed is replaced: its order is in doubt."""
        while not stopping.is_set():
            producer = AIOKafkaProducer(
                **client_options(self._broker),
                acks="all",
                enable_idempotence=True,
                request_timeout_ms=10_000,
                max_batch_size=_BATCH_BYTES,
            )
            try:
                await producer.start()
                self.connected = True
                await self._drain(producer, stopping)
            except TRANSIENT as reason:
                log.warning("relay starts anew", reason=f"{type(reason).__name__}: {reason}")
                await asyncio.sleep(_PAUSE_SECONDS)
            finally:
                self.connected = False
                await close(producer)

    async def _drain(self, producer: Any, stopping: asyncio.Event) -> None:  # Any: aiokafka ships no types
        while True:
            last = stopping.is_set()  # asked before, so that what was committed until then is published
            self._wake.clear()
            while await self.publish(producer) == self._most:
                pass
            if last:
                return
            try:
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS if self._has_all else _SHARED_SECONDS)
            except TimeoutError:
                continue

    async def publish(self, producer: Any) -> int:  # Any: aiokafka ships no types
        """Publish one batch of the shards that nobody else holds; how many rows there were."""
        with self._busy.working():
            async with self._pool.acquire() as connection, connection.transaction():
                found = await connection.fetch(_TAKE, self._most)
                self._has_all = found[0]["held"] == SHARDS
                rows = [row for row in found if row["id"] is not None]
                if rows:
                    self.published |= await send(producer, rows)
            if rows:
                self._busy.finished += 1
            for topic, count in Counter(row["topic"] for row in rows).items():
                self._metrics.published.labels(topic).inc(count)
            return len(rows)


async def send(producer: Any, rows: Sequence[Any]) -> dict[TopicPartition, int]:  # Any: aiokafka, asyncpg ship no types
    """Publish rows in their order, whole batches at a time; on return the broker has acknowledged all, up to these ends."""
    counts = {topic: len(await producer.partitions_for(topic)) for topic in {row["topic"] for row in rows}}
    filling: dict[TopicPartition, Any] = {}
    full = []
    for row in rows:
        place = TopicPartition(row["topic"], partition_of(row["key"] or b"", counts[row["topic"]]))
        message = {"timestamp": None, "key": row["key"], "value": row["value"], "headers": _HEADERS}
        if place in filling and filling[place].append(**message) is not None:
            continue
        if place in filling:
            full.append((place, filling[place]))
        filling[place] = producer.create_batch()
        filling[place].append(**message)
    batches = [*full, *filling.items()]
    sent = [await producer.send_batch(batch, place.topic, partition=place.partition) for place, batch in batches]
    made = await asyncio.gather(*sent)
    return {place: each.offset + batch.record_count() for (place, batch), each in zip(batches, made, strict=True)}


def partition_of(key: bytes, partitions: int) -> int:
    """Where Kafka's clients put a key by default, so that whoever takes a service's place writes to the same partitions."""
    return _hash(key) % partitions


@lru_cache(maxsize=50_000)
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF
