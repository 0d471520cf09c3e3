"""Sends the shots of a seed, volley by volley, and keeps where each record came to stand."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from deploy.local.fuzz.law import Law, Verdict
from deploy.local.fuzz.shots import Ending, Shot
from deploy.local.fuzz.wire import Taken, Turned, Wire, pack, wire

_LANES: Final = 4
_OPEN_MS: Final = 3_000  # how long a transaction may be left open


@dataclass(frozen=True, slots=True)
class Sent:
    """A hostile record: the `number`th that was sent. `turned`: the broker's reason for not taking it; else it stands at
    `offset`, in the batch that begins at `base`.
    """

    number: int
    family: str
    variant: str
    topic: str
    partition: int
    offset: int
    base: int
    turned: str
    ending: Ending
    verdict: Verdict
    said: bytes  # a digest of key and value

    @property
    def visible(self) -> bool:
        return not self.turned and self.ending not in (Ending.ABORTED, Ending.LEFT_OPEN)

    def __str__(self) -> str:
        place = f"{self.topic}/{self.partition}/{self.offset}" if not self.turned else f"{self.topic}, not taken"
        return f"record {self.number} ({place}; {self.family}: {self.variant[:120]})"


@dataclass(slots=True)
class Fire:
    """`sent` grows with every volley; `partitions` says how many each topic (without its prefix) has."""

    shots: Iterator[Shot]
    lanes: list[Wire]
    partitions: Mapping[str, int]
    prefix: str
    bootstrap_servers: str
    law: Law
    sent: list[Sent] = field(default_factory=list)
    done: bool = False
    _open: list[Any] = field(default_factory=list)  # Any: aiokafka ships no types
    _number: int = 0

    async def volley(self, records: int) -> None:
        """At least so many more records, all of them acknowledged or refused on return."""
        until = len(self.sent) + records
        await asyncio.gather(*(self._lane(each, until) for each in self.lanes))
        self.sent.sort(key=lambda each: each.number)

    async def _lane(self, lane: Wire, until: int) -> None:
        while len(self.sent) < until and not self.done:
            shot = next(self.shots, None)
            if shot is None:
                self.done = True
                return
            await self.one(lane, shot)

    async def one(self, lane: Wire, shot: Shot) -> None:
        first, self._number = self._number, self._number + len(shot.records)
        partition = shot.partition % self.partitions[shot.topic]
        if shot.ending:
            offsets = await self._in_a_transaction(shot, partition)
            self._keep(shot, first, partition, offsets, min(offsets), "")
            return
        answer = await lane.produce(self.prefix + shot.topic, partition, pack(shot.records, shot.frame))
        match answer:
            case Taken(base):
                self._keep(shot, first, partition, [base + each for each in range(len(shot.records))], base, "")
            case Turned(reason):
                self._keep(shot, first, partition, [-1] * len(shot.records), -1, reason)

    def _keep(self, shot: Shot, first: int, partition: int, offsets: list[int], base: int, turned: str) -> None:
        for index, (record, offset) in enumerate(zip(shot.records, offsets, strict=True)):
            said = hashlib.blake2b(repr(record.key).encode() + b"\x1f" + (record.value or b""), digest_size=16).digest()
            self.sent.append(
                Sent(
                    first + index,
                    shot.family,
                    shot.variant,
                    shot.topic,
                    partition,
                    offset,
                    base,
                    turned,
                    shot.ending,
                    self.law.judge(shot.topic, record),
                    said,
                )
            )

    async def _in_a_transaction(self, shot: Shot, partition: int) -> list[int]:
        """Each in one of its own; one that is left open ends when the broker's patience does."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap_servers,
            transactional_id=f"{self.prefix}egov-fuzz-{self._number}",
            transaction_timeout_ms=_OPEN_MS,
        )
        await producer.start()
        self._open.append(producer)
        await producer.begin_transaction()
        topic = self.prefix + shot.topic
        answers = [
            await producer.send(
                topic,
                each.value,
                key=each.key,
                partition=partition,
                headers=[(name.decode(), value) for name, value in each.headers],
            )
            for each in shot.records
        ]
        offsets = [(await each).offset for each in answers]
        if shot.ending is Ending.COMMITTED:
            await producer.commit_transaction()
        elif shot.ending is Ending.ABORTED:
            await producer.abort_transaction()
        if shot.ending is not Ending.LEFT_OPEN:
            self._open.remove(producer)
            await producer.stop()
        return offsets

    async def close(self) -> None:
        for producer in self._open:
            await producer.stop()


@asynccontextmanager
async def firing(
    shots: Iterator[Shot], bootstrap_servers: str, prefix: str, partitions: Mapping[str, int], law: Law
) -> AsyncIterator[Fire]:
    async with AsyncExitStack() as stack:
        lanes = [await stack.enter_async_context(wire(bootstrap_servers)) for _ in range(_LANES)]
        fire = Fire(shots, lanes, partitions, prefix, bootstrap_servers, law)
        stack.push_async_callback(fire.close)
        yield fire
