"""Rows of the outbox go to the broker as whole batches: what it took, what it will never take, what is to be tried again."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import (
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    UnsupportedForMessageFormatError,
)
from aiokafka.partitioner import murmur2

from contracts.envelope import CONTENT_TYPE
from services._chassis.engine import TRANSIENT

_TOPIC_SECONDS: Final = 2.0  # a topic that is not there keeps the others waiting no longer
_HEADERS: Final = [("content-type", CONTENT_TYPE.encode())]
# What the broker says of the message itself: it will say so every time. All else may pass: see TRANSIENT.
PERMANENT: Final = (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    InvalidTimestampError,
    InvalidTopicError,
    PolicyViolationError,
    UnsupportedForMessageFormatError,
)


@dataclass(slots=True)
class Sent:
    """What became of rows: acknowledged up to these ends, refused for good with the reason, or neither, for `failure`.
    Of a batch that was refused whole some rows are `suspect`: each is to be sent by itself. `absent`: topics that are not there.
    """

    ends: dict[TopicPartition, int] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)
    suspect: set[int] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    failure: Exception | None = None


async def send(producer: Any, rows: Sequence[Any], alone: Collection[int] = ()) -> Sent:
    """Publish rows in their order, whole batches at a time, one batch of a partition after the other; those of `alone` by
    themselves. After a failure nothing more is sent: what follows in a partition must not overtake. Any: neither aiokafka
    nor asyncpg ships types.
    """
    sent = Sent()
    waiting, failed = await _batches(producer, rows, alone, sent), False
    while waiting and not failed:
        wave = [(place, batches.popleft()) for place, batches in waiting.items()]
        waiting = {place: batches for place, batches in waiting.items() if batches}
        answers = await asyncio.gather(*(_send(producer, place, each) for place, each in wave), return_exceptions=True)
        for (place, each), answer in zip(wave, answers, strict=True):
            if isinstance(answer, PERMANENT) and len(each.rows) == 1:
                sent.refused[each.rows[0]] = f"{type(answer).__name__}: {answer}"
            elif isinstance(answer, PERMANENT):
                sent.suspect.update(each.rows)
            elif not isinstance(answer, BaseException):
                sent.acknowledged.update(each.rows)
                sent.ends[place] = answer.offset + len(each.rows)
            elif not isinstance(answer, TRANSIENT):
                raise answer
            if isinstance(answer, Exception):
                sent.failure, failed = answer, True
    return sent


@dataclass(frozen=True, slots=True)
class _Filled:
    """A batch for one partition, and the ids of its rows."""

    batch: Any  # Any: aiokafka ships no types
    rows: list[int]
    alone: bool


async def _send(producer: Any, place: TopicPartition, filled: _Filled) -> Any:  # Any: aiokafka ships no types
    return await (await producer.send_batch(filled.batch, place.topic, partition=place.partition))


async def _batches(
    producer: Any, rows: Sequence[Any], alone: Collection[int], sent: Sent
) -> dict[TopicPartition, deque[_Filled]]:
    """Any: as in `send`. A topic that is not there fails, its rows wait, the others go."""
    counts: dict[str, int] = {}
    for topic in {row["topic"] for row in rows}:
        try:
            async with asyncio.timeout(_TOPIC_SECONDS):
                counts[topic] = len(await producer.partitions_for(topic))
        except (KafkaError, TimeoutError) as missing:
            sent.failure = missing
            sent.absent.add(topic)
    batches = defaultdict[TopicPartition, deque[_Filled]](deque)
    for row in rows:
        if row["topic"] not in counts:
            continue
        place = TopicPartition(row["topic"], partition_of(row["key"] or b"", counts[row["topic"]]))
        message = {"timestamp": None, "key": row["key"], "value": row["value"], "headers": _HEADERS}
        last, single = batches[place][-1] if batches[place] else None, row["id"] in alone
        if not last or last.alone or single or last.batch.append(**message) is None:
            last = _Filled(producer.create_batch(), [], single)
            last.batch.append(**message)
            batches[place].append(last)
        last.rows.append(row["id"])
    return batches


def partition_of(key: bytes, partitions: int) -> int:
    """Where Kafka's clients put a key by default, so that whoever takes a service's place writes to the same partitions."""
    return _hash(key) % partitions


@lru_cache(maxsize=50_000)
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF
