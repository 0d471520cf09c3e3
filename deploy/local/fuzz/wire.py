"""Kafka's produce request by hand: batches that no client would make, and what the broker says to each."""

import asyncio
import struct
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from aiokafka import codec as codecs
from aiokafka.errors import for_code
from aiokafka.record.util import calc_crc32c

_PRODUCE: Final = (0, 8)  # the request and its version
_FETCH: Final = (1, 4)
_FETCH_BYTES: Final = 16 * 1024 * 1024
_NO_LEADER: Final = (5, 6)  # of a new topic
_TIMEOUT_MS: Final = 30_000
_ANSWER_SECONDS: Final = 60.0
_AGAIN_SECONDS: Final = 0.1
_AFTER_CRC: Final = struct.Struct(">hiqqqhii")
_EPOCH_BYTES: Final = 9  # partition leader epoch, magic and CRC: what `length` counts beside the rest


class Codec(IntEnum):
    """As Kafka's protocol numbers them."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


@dataclass(frozen=True, slots=True)
class Record:
    """What one record says; headers may hold what is no text."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[bytes, bytes | None]] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """How the records are packed. What is None is as it should be."""

    codec: int = Codec.NONE
    attributes: int = 0  # bits besides the codec's
    magic: int = 2
    crc: int | None = None
    last_delta: int | None = None
    count: int | None = None
    producer: tuple[int, int, int] = (-1, -1, -1)  # id, epoch, first sequence
    timestamp: int | None = None
    body: bytes | None = None
    cut: int = 0  # bytes missing at the end
    extra: bytes = b""  # bytes after the batch


PLAIN: Final = Frame()


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the first record of a batch came to stand."""

    offset: int


@dataclass(frozen=True, slots=True)
class Turned:
    """The broker refused a batch, for this reason."""

    reason: str


def pack(records: Sequence[Record], frame: Frame = PLAIN) -> bytes:
    """A record batch of Kafka's version 2, or what the frame makes of it."""
    body = frame.body
    if body is None:
        body = compressed(packed(records), frame.codec)
    now = int(time.time() * 1000) if frame.timestamp is None else frame.timestamp
    last = len(records) - 1 if frame.last_delta is None else frame.last_delta
    count = len(records) if frame.count is None else frame.count
    rest = _AFTER_CRC.pack(frame.attributes | frame.codec, last, now, now, *frame.producer, count) + body
    crc = calc_crc32c(rest) if frame.crc is None else frame.crc
    whole = struct.pack(">qiibI", 0, _EPOCH_BYTES + len(rest), -1, frame.magic, crc) + rest
    return whole[: len(whole) - frame.cut] + frame.extra


def packed(records: Sequence[Record]) -> bytes:
    """The records of a batch, one behind another."""
    return b"".join(_record(each, delta) for delta, each in enumerate(records))


def compressed(data: bytes, codec: int) -> bytes:
    """`data` by a codec; as it is for one that nobody knows."""
    match codec:
        case Codec.GZIP:
            squeeze = zlib.compressobj(6, zlib.DEFLATED, 31)
            return squeeze.compress(data) + squeeze.flush()
        case Codec.SNAPPY:
            return bytes(codecs.snappy_encode(data))
        case Codec.LZ4:
            return bytes(codecs.lz4_encode(data))
        case Codec.ZSTD:
            return bytes(codecs.zstd_encode(data))
        case _:
            return data


def _record(record: Record, delta: int) -> bytes:
    headers = b"".join(_varint(len(name)) + name + _bytes(value) for name, value in record.headers)
    body = b"\0\0" + _varint(delta) + _bytes(record.key) + _bytes(record.value) + _varint(len(record.headers)) + headers
    return _varint(len(body)) + body


def _bytes(data: bytes | None) -> bytes:
    return _varint(-1) if data is None else _varint(len(data)) + data


def _varint(number: int) -> bytes:
    """Zigzag, seven bits a byte."""
    rest = (number << 1) ^ (number >> 63)
    found = bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits
        found.append(rest & 0x7F | 0x80)
        rest >>= 7
    found.append(rest)
    return bytes(found)


class Wire:
    """A connection to the one broker; a new one after the broker has hung up on a request."""

    def __init__(self, bootstrap_servers: str) -> None:
        host, _, port = bootstrap_servers.split(",", maxsplit=1)[0].rpartition(":")
        self._place = host, int(port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._number = 0

    async def produce(self, topic: str, partition: int, batch: bytes) -> Taken | Turned:
        """Acknowledged by all, or refused. Raises OSError and TimeoutError while no broker is there."""
        body = struct.pack(">hhi", -1, -1, _TIMEOUT_MS)  # no transaction, all in-sync replicas
        body += struct.pack(">i", 1) + _text(topic) + struct.pack(">iii", 1, partition, len(batch)) + batch
        async with asyncio.timeout(_ANSWER_SECONDS):
            while True:
                try:
                    code, offset = _answer(await self._ask(_PRODUCE, body))
                except (asyncio.IncompleteReadError, ConnectionError):
                    await self.close()
                    return Turned("the broker hung up")
                if code not in _NO_LEADER:
                    return Turned(_ERRORS.get(code) or for_code(code).__name__) if code else Taken(offset)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def fetch(self, topic: str, partition: int, offset: int) -> tuple[int, bytes]:
        """Up to where the partition goes, and its batches from `offset` on, as they stand there."""
        body = struct.pack(">iiiib", -1, 0, 0, _FETCH_BYTES, 0) + struct.pack(">i", 1) + _text(topic)
        body += struct.pack(">iiqi", 1, partition, offset, _FETCH_BYTES)
        async with asyncio.timeout(_ANSWER_SECONDS):
            data = await self._ask(_FETCH, body)
        (name,) = struct.unpack_from(">h", data, 12)
        code, end, _, aborted = struct.unpack_from(">hqqi", data, 12 + 2 + name + 4 + 4)
        if code:
            raise for_code(code)(f"{topic}/{partition} at {offset}")
        batches = 12 + 2 + name + 4 + 4 + 22 + 16 * max(0, aborted) + 4
        return end, data[batches:]

    async def _ask(self, request: tuple[int, int], body: bytes) -> bytes:
        """The answer, from its correlation id on."""
        reader, writer = self._streams or await asyncio.open_connection(*self._place)
        self._streams = reader, writer
        self._number += 1
        head = struct.pack(">hhi", *request, self._number) + _text("egov-fuzz")
        writer.write(struct.pack(">i", len(head) + len(body)) + head + body)
        await writer.drain()
        (length,) = struct.unpack(">i", await reader.readexactly(4))
        return await reader.readexactly(length)

    async def close(self) -> None:
        if self._streams:
            writer, self._streams = self._streams[1], None
            writer.close()


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text.encode())) + text.encode()


def _answer(data: bytes) -> tuple[int, int]:
    """Error and offset, of one topic and one partition: correlation id, array, name, array, index, then these."""
    (name,) = struct.unpack_from(">h", data, 8)
    code, offset = struct.unpack_from(">hq", data, 8 + 2 + name + 4 + 4)
    return code, offset


# What aiokafka has no name for.
_ERRORS: Final = {76: "UnsupportedCompressionType", 87: "InvalidRecord"}


@asynccontextmanager
async def wire(bootstrap_servers: str) -> AsyncIterator[Wire]:
    open_one = Wire(bootstrap_servers)
    try:
        yield open_one
    finally:
        await open_one.close()
