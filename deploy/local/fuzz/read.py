"""What stands on topics, batch by batch as the broker has it: records of others are unpacked, hostile ones are left packed."""

import struct
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from aiokafka import codec as codecs

from deploy.local.fuzz.wire import Codec, Wire

_HEAD: Final = struct.Struct(">qiibIhi")  # base offset, length, epoch, magic, CRC, attributes, last offset delta
_BEFORE_LENGTH: Final = 12
_RECORDS_AT: Final = 61
_CODEC: Final = 0x07
_CONTROL: Final = 0x20


class Said(NamedTuple):
    """A record of somebody who is no fuzzer."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


async def read(wire: Wire, topic: str, partition: int, ours: Collection[int]) -> tuple[int, list[Said]]:
    """Where the partition ends, and its records but those in batches that begin at one of `ours`."""
    found: list[Said] = []
    offset = 0
    while True:
        end, data = await wire.fetch(topic, partition, offset)
        if offset >= end or not data:
            return end, found
        for base, last, attributes, body in batches(data):
            offset = last + 1
            if base not in ours and not attributes & _CONTROL:
                found += [Said(partition, base + delta, key, value) for delta, key, value in records(attributes, body)]


def batches(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Base offset, last offset, attributes, and what the records are packed in; the last one may be cut, and is left out."""
    at = 0
    while at + _RECORDS_AT <= len(data):
        base, length, _, _, _, attributes, delta = _HEAD.unpack_from(data, at)
        end = at + _BEFORE_LENGTH + length
        if end > len(data):
            return
        yield base, base + delta, attributes, data[at + _RECORDS_AT : end]
        at = end


def records(attributes: int, body: bytes) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    """Offset delta, key and value of each."""
    data = _unpacked(body, attributes & _CODEC)
    at = 0
    while at < len(data):
        length, at = _varint(data, at)
        end = at + length
        _, at = _varint(data, at + 1)  # after the attributes: the time
        delta, at = _varint(data, at)
        key, at = _bytes(data, at)
        value, at = _bytes(data, at)
        yield delta, key, value
        at = end


def _unpacked(body: bytes, codec: int) -> bytes:
    match codec:
        case Codec.GZIP:
            return bytes(codecs.gzip_decode(body))
        case Codec.SNAPPY:
            return bytes(codecs.snappy_decode(body))
        case Codec.LZ4:
            return bytes(codecs.lz4_decode(body))
        case Codec.ZSTD:
            return bytes(codecs.zstd_decode(body))
        case _:
            return body


def _bytes(data: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = _varint(data, at)
    return (None, at) if length < 0 else (data[at : at + length], at + length)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = data[at]
        found |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:  # noqa: PLR2004 - the last seven bits
            return (found >> 1) ^ -(found & 1), at
