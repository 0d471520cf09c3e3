"""The floor under a hop: the same messages, rows and promises by a bare program, as fast as a plain one can be.

It decides a batch while the one before is written and the one before that is published. It has no handler table, no
streams to load, no conflicts, no dead letters, no timers and no second instance: whatever goes wrong ends it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID
from zlib import crc32

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from pydantic import AwareDatetime, BaseModel
from pydantic_core import to_json

from contracts.envelope import CONTENT_TYPE
from services._chassis import ids
from tests.bench.programs import Figures, Job, Meter, Parent, main
from tests.bench.work import IN, NAME, OUT, Answered, Filed, Taken

_HEADERS: Final = [("content-type", CONTENT_TYPE.encode())]
_SHARDS: Final = 16
_WRITE: Final = """
with appended as (
    insert into events (stream, version, id, name, schema_version, data, at, correlation, causation)
    select stream, version, id, $1, 1, data, at, correlation, causation
    from unnest($2::text[], $3::int[], $4::uuid[], $5::jsonb[], $6::timestamptz[], $7::uuid[], $8::uuid[])
        as row(stream, version, id, data, at, correlation, causation)),
claimed as (insert into inbox (consumer, message_id) select $9, unnest($14::uuid[]))
insert into outbox (shard, topic, key, value)
select shard, $10, key, value from unnest($11::smallint[], $12::bytea[], $13::bytea[]) as row(shard, key, value)
returning id
"""
_REMOVE: Final = "delete from outbox where id = any($1::bigint[])"


class Incoming(BaseModel):
    """What of an envelope is needed, and its data, read in one go."""

    id: UUID
    source: str
    type: Literal["kz.egov.bench.filed.v1"]
    subject: str
    time: AwareDatetime
    correlationid: UUID
    traceparent: str
    data: Filed


@dataclass(slots=True)
class Rows:
    """What one batch writes, by column."""

    streams: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    correlations: list[UUID] = field(default_factory=list)
    causes: list[UUID] = field(default_factory=list)
    remembered: list[UUID] = field(default_factory=list)
    shards: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decided:
    """A batch on its way: what is to be written, and what is to be said, by the partition that its cause came from."""

    rows: Rows
    values: dict[int, list[tuple[bytes, bytes]]]
    offsets: dict[TopicPartition, int]


class Floor:
    def __init__(self, job: Job) -> None:
        self._in = job.topic_prefix + IN
        self._out = job.topic_prefix + OUT
        self._totals: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        self._ids = _ids()

    def decide(self, record: Any, rows: Rows) -> bytes:  # Any: aiokafka ships no types
        """Put what follows from a message into the batch; the message that is to be said."""
        incoming = Incoming.model_validate_json(record.value)
        filed, subject = incoming.data, incoming.subject
        version, total = self._totals[subject]
        version, total = self._totals[subject] = version + 1, total + filed.number
        taken = Taken(
            number=filed.number, total=total, iin=filed.iin, university=filed.university, specialty=filed.specialty
        )
        answer = Answered(
            number=filed.number, total=total, iin=filed.iin, university=filed.university, surname=filed.specialty
        )
        event_id = next(self._ids)
        rows.streams.append(f"case:{subject}")
        rows.versions.append(version)
        rows.ids.append(event_id)
        rows.data.append(taken.model_dump_json())
        rows.at.append(incoming.time)
        rows.correlations.append(incoming.correlationid)
        rows.causes.append(incoming.id)
        rows.remembered.append(ids.of_message(incoming.source, incoming.id))
        rows.shards.append(crc32(record.key) % _SHARDS)
        rows.keys.append(record.key)
        value = to_json(
            {
                "specversion": "1.0",
                "id": next(self._ids),
                "source": "/bench",
                "type": "kz.egov.bench.answered.v1",
                "subject": subject,
                "time": incoming.time,
                "datacontenttype": "application/json",
                "correlationid": incoming.correlationid,
                "causationid": event_id,
                "recordedtime": incoming.time,
                "traceparent": incoming.traceparent,
                "data": answer,
            }
        )
        rows.values.append(value)
        return value

    def read(self, taken: dict[TopicPartition, list[Any]]) -> Decided:  # Any: as above
        rows = Rows()
        values = {
            partition.partition: [(record.key, self.decide(record, rows)) for record in records]
            for partition, records in taken.items()
        }
        return Decided(rows, values, {partition: records[-1].offset + 1 for partition, records in taken.items()})

    async def write(self, connection: Any, decided: Decided) -> Sequence[int]:  # Any: asyncpg ships no types
        """The ids of the outbox rows."""
        rows = decided.rows
        outbox = await connection.fetch(
            _WRITE,
            Taken.name,
            rows.streams,
            rows.versions,
            rows.ids,
            rows.data,
            rows.at,
            rows.correlations,
            rows.causes,
            NAME,
            self._out,
            rows.shards,
            rows.keys,
            rows.values,
            rows.remembered,
        )
        return [row[0] for row in outbox]

    async def publish(self, producer: Any, decided: Decided) -> None:  # Any: aiokafka ships no types
        """Both topics have as many partitions, so that a key has the same one on both."""
        sent = []
        for partition, values in decided.values.items():
            batch = producer.create_batch()
            for key, value in values:
                if batch.append(key=key, value=value, timestamp=None, headers=_HEADERS) is None:
                    sent.append(await producer.send_batch(batch, self._out, partition=partition))
                    batch = producer.create_batch()
                    batch.append(key=key, value=value, timestamp=None, headers=_HEADERS)
            sent.append(await producer.send_batch(batch, self._out, partition=partition))
        await asyncio.gather(*sent)


def _ids() -> Iterator[UUID]:
    """The cheapest ids in the order of time."""
    first = (time.time_ns() // 1_000_000) << 80 | 0x8 << 76 | 0x2 << 62
    for number in range(1 << 60):
        yield UUID(int=first + number)


async def floor(job: Job, parent: Parent) -> Figures:
    bare = Floor(job)
    writer, remover = [await asyncpg.connect(job.database_url) for _ in range(2)]
    producer = AIOKafkaProducer(
        bootstrap_servers=job.bootstrap_servers, acks="all", enable_idempotence=True, max_batch_size=256 * 1024
    )
    await producer.start()
    consumer = AIOKafkaConsumer(
        job.topic_prefix + IN,
        bootstrap_servers=job.bootstrap_servers,
        group_id=job.topic_prefix + NAME,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
    )
    decided: asyncio.Queue[Decided] = asyncio.Queue(maxsize=2)
    written: asyncio.Queue[tuple[Decided, Sequence[int]]] = asyncio.Queue(maxsize=2)

    async def consume() -> None:
        while True:
            taken = await consumer.getmany(timeout_ms=200, max_records=job.batch_size)
            if taken:
                await decided.put(bare.read(taken))

    async def write() -> None:
        while True:
            batch = await decided.get()
            await written.put((batch, await bare.write(writer, batch)))
            decided.task_done()

    async def publish() -> None:
        while True:
            batch, outbox = await written.get()
            await bare.publish(producer, batch)
            await remover.execute(_REMOVE, outbox)
            await consumer.commit(batch.offsets)
            written.task_done()

    await parent.ready()
    await consumer.start()
    meter = Meter()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each()) for each in (consume, write, publish)]
        await parent.told()
        await decided.join()
        await written.join()
        figures = meter.read()
        for task in tasks:
            task.cancel()
    await consumer.stop()
    await producer.stop()
    for connection in (writer, remover):
        await connection.close()
    return figures


if __name__ == "__main__":
    main(floor)
