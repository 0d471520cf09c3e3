"""Publishes what the transactions left in the outbox, per key in order; the same code after a crash as always."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition

from services._chassis.batch import SHARDS, OutboxRow
from services._chassis.broker import Broker, client_options
from services._chassis.dead_letters import DeadLetters
from services._chassis.engine import TRANSIENT, Busy
from services._chassis.metrics import Metrics
from services._chassis.sending import Sent, send
from services._chassis.stopping import close

_POLL_SECONDS: Final = 0.5  # what another instance left behind is found this often
_SHARED_SECONDS: Final = 0.01  # another instance holds some shards: what we left there, it may not have seen
_PAUSE_SECONDS: Final = 0.3
_ABSENT_SECONDS: Final = 10.0  # for so long the rows of a topic that was not there let others pass
_BATCH_BYTES: Final = 256 * 1024
_LEAST_BATCH_BYTES: Final = 16 * 1024
# Locks the shards that nobody else holds, and takes their oldest rows out. Whoever published rows that this statement
# still sees has deleted them before it let their shard go, so they are passed over.
_TAKE: Final = f"""
with held as materialized (
    select shard from generate_series(0, {SHARDS - 1}) shard where pg_try_advisory_xact_lock(7052016, shard)),
taken as (
    delete from outbox where ctid = any(array(
        select ctid from outbox where shard = any(array(select shard from held)) and topic <> all($2) order by id limit $1))
    returning id, topic, key, value)
select (select count(*) from held) as held, id, topic, key, value
from (select) as always left join taken on true order by id
"""  # noqa: S608 - a constant number

_PUT_BACK: Final = """
insert into outbox (id, shard, topic, key, value) overriding system value values ($1, $2, $3, $4, $5)
"""
_SET_ASIDE: Final = "insert into unsent (id, topic, key, value, reason) values ($1, $2, $3, $4, $5)"
_ENQUEUE: Final = "insert into outbox (shard, topic, key, value) values ($1, $2, $3, $4)"
log = structlog.get_logger()


class Relay:
    """Rows are gone once the transaction ends that saw the broker acknowledge them. A crash before sends them again,
    and the receivers' inboxes drop the repeats. Several instances share the shards, never one key at a time.
    `published` tells up to where, per partition. What the broker will never take is set aside, whole, in `unsent`.
    """

    def __init__(
        self,
        pool: Any,  # Any: asyncpg ships no types
        broker: Broker,
        wake: asyncio.Event,
        busy: Busy,
        metrics: Metrics,
        dead_letters: DeadLetters,
        most: int = 2_000,
    ) -> None:
        self._pool = pool
        self._broker = broker
        self._wake = wake
        self._busy = busy
        self._metrics = metrics
        self._dead_letters = dead_letters
        self._most = most
        self.connected = False
        self.published: dict[TopicPartition, int] = {}
        self._has_all = True
        self._suspect: frozenset[int] = frozenset()
        self._absent: dict[str, float] = {}  # until when
        self._batch_bytes = _BATCH_BYTES

    async def run(self, stopping: asyncio.Event) -> None:
        """Publish until told to stop, and once more then. A producer that failed is replaced: its order is in doubt."""
        while not stopping.is_set():
            producer = AIOKafkaProducer(
                **client_options(self._broker),
                acks="all",
                enable_idempotence=True,
                request_timeout_ms=10_000,
                max_batch_size=self._batch_bytes,
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
        """Publish one batch of the shards that nobody else holds; how many rows there were. What was acknowledged is not
        sent again: where a part failed, the rest is committed first. Raises what that part failed of.
        """
        with self._busy.working():
            async with self._pool.acquire() as connection, connection.transaction():
                found = await connection.fetch(_TAKE, self._most, self._passed_over())
                self._has_all = found[0]["held"] == SHARDS
                rows = [row for row in found if row["id"] is not None]
                sent = await send(producer, rows, self._suspect) if rows else Sent()
                self.published |= sent.ends
                self._absent |= dict.fromkeys(sent.absent, time.monotonic() + _ABSENT_SECONDS)
                if sent.failure:
                    await self._keep(connection, rows, sent)
            for topic, count in Counter(row["topic"] for row in rows if row["id"] in sent.acknowledged).items():
                self._metrics.published.labels(topic).inc(count)
            if sent.acknowledged or sent.refused:
                self._busy.finished += 1
            self._suspect = frozenset(sent.suspect)
            if sent.suspect:  # this broker takes less at once
                self._batch_bytes = max(_LEAST_BATCH_BYTES, self._batch_bytes // 2)
            if sent.failure:
                raise sent.failure
            return len(rows)

    def _passed_over(self) -> list[str]:
        """Topics whose rows, however many, would only hold up those of others."""
        now = time.monotonic()
        self._absent = {topic: until for topic, until in self._absent.items() if until > now}
        return list(self._absent)

    async def _keep(self, connection: Any, rows: Sequence[Any], sent: Sent) -> None:  # Any: asyncpg ships no types
        """Rows that were not acknowledged stay where they were, or are set aside."""
        left = [row for row in rows if row["id"] not in sent.acknowledged and row["id"] not in sent.refused]
        await connection.executemany(_PUT_BACK, [(each["id"], _shard(each), *_content(each)) for each in left])
        for row in rows:
            if row["id"] in sent.refused:
                why = sent.refused[row["id"]]
                log.error("message can never be sent", topic=row["topic"], bytes=len(row["value"]), reason=why)
                self._metrics.unsent.labels(row["topic"]).inc()
                await connection.execute(_SET_ASIDE, row["id"], *_content(row), why)
                letter = self._dead_letters.of_unsendable(OutboxRow(*_content(row)), why)
                await connection.execute(_ENQUEUE, letter.shard, *letter)


def _content(row: Any) -> tuple[str, bytes | None, bytes]:  # Any: asyncpg ships no types
    return row["topic"], row["key"], row["value"]


def _shard(row: Any) -> int:  # Any: asyncpg ships no types
    return OutboxRow(*_content(row)).shard
