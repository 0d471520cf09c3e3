"""Compressed batches are unpacked within bounds: a kilobyte may stand for a gigabyte. Codecs by Kafka's protocol."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from struct import unpack_from
from typing import Final

import cramjam

MOST: Final = 32 * 1024 * 1024  # bytes of an unpacked batch; what the broker takes packed is 1 MiB by default
_XERIAL: Final = (
    b"\x82SNAPPY\x00"  # the framing of Java's clients, with two numbers behind it; others send one bare block
)
_XERIAL_HEAD: Final = 16
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 31  # zlib's word for a window of 32 KiB behind a gzip header


class Unpackable(Exception):  # noqa: N818 - it reads as a fact
    """The bytes are not what the batch's codec makes, or would be more than MOST bytes."""


def unpack(codec: int, data: bytes) -> bytes:
    """The records of a batch as its attributes' codec packed them. Raises Unpackable."""
    if codec not in _CODECS:
        raise Unpackable(f"codec {codec} is none of Kafka's protocol")
    try:
        return _CODECS[codec](data)
    except (cramjam.DecompressionError, zlib.error, ValueError, OverflowError) as broken:
        raise Unpackable(f"{NAMES[codec]}: {broken}") from broken


def _gzip(data: bytes) -> bytes:
    unpacked = bytearray()
    while (
        data.startswith(_GZIP_MAGIC) or not unpacked
    ):  # a file may have several members; what is none, Java passes over
        member = zlib.decompressobj(_GZIP)
        unpacked += member.decompress(data, MOST + 1 - len(unpacked))
        if len(unpacked) > MOST:
            raise Unpackable(f"unpacked it is more than {MOST} bytes")
        if not member.eof:
            raise Unpackable("gzip: the data end before the file does")
        data = member.unused_data
    return bytes(unpacked)


def _snappy(data: bytes) -> bytes:
    blocks = list(_blocks(data)) if data.startswith(_XERIAL) else [data]
    if sum(map(_length, blocks)) > MOST:
        raise Unpackable(f"unpacked it is more than {MOST} bytes")
    return b"".join(bytes(cramjam.snappy.decompress_raw(block)) for block in blocks)


def _blocks(data: bytes) -> Iterator[bytes]:
    at = _XERIAL_HEAD
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if not 0 < size <= len(data) - at - 4:
            raise Unpackable("snappy: a block is longer than what is left")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def _length(block: bytes) -> int:
    """A snappy block says at its beginning how long it is unpacked."""
    value = 0
    for index, byte in enumerate(block[:5]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says whether more follows
            return value
    raise Unpackable("snappy: a block does not say its length")


def _into(decompress_into: Callable[[bytes, bytearray], int]) -> Callable[[bytes], bytes]:
    def unpacked(data: bytes) -> bytes:
        room = bytearray(MOST)  # pages that stay untouched cost nothing
        return bytes(memoryview(room)[: decompress_into(data, room)])

    return unpacked


NAMES: Final[Mapping[int, str]] = {0: "none", 1: "gzip", 2: "snappy", 3: "lz4", 4: "zstd"}
_CODECS: Final[Mapping[int, Callable[[bytes], bytes]]] = {
    0: bytes,
    1: _gzip,
    2: _snappy,
    3: _into(cramjam.lz4.decompress_into),
    4: _into(cramjam.zstd.decompress_into),
}


def header(batch: bytes) -> tuple[int, int, int, int]:
    """Of a batch with magic 2: its first offset, its attributes, the last offset's distance, how many records it says."""
    base: int = unpack_from(">q", batch)[0]
    attributes: int = unpack_from(">h", batch, 21)[0]
    delta: int = unpack_from(">i", batch, 23)[0]
    count: int = unpack_from(">i", batch, 57)[0]
    return base, attributes, delta, count
