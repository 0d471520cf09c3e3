"""One record that cannot be read never stops a partition: what is good before, behind and inside of its batch is read."""

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from zlib import compress

import cramjam
import pytest
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.consumer.fetcher import READ_COMMITTED
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from aiokafka.structs import TopicPartition

from services._chassis import unpacking
from services._chassis.records import MOST_RECORDS, Batches, Forgiving, UnreadableRecord
from services._chassis.unpacking import Unpackable, unpack

PLACE = TopicPartition("in", 0)
CODECS: dict[int, Callable[[bytes], bytes]] = {
    0: bytes,
    1: gzip_encode,
    2: snappy_encode,
    3: lz4_encode,
    4: zstd_encode,
}


@pytest.fixture(autouse=True)
def no_tries_yet() -> Iterator[None]:
    Forgiving._tries.clear()  # noqa: SLF001 - what is remembered between fetches
    yield
    Forgiving._tries.clear()  # noqa: SLF001 - as above


def batch(base: int, values: Sequence[bytes], name: str = "n") -> bytes:
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 1_000_000)
    for number, value in enumerate(values):
        builder.append(number, 1_000, b"k", value, [(name, b"h")])
    return bytes(with_base(bytes(builder.build()), base))


def with_base(raw: bytes, base: int) -> bytes:
    return struct.pack(">q", base) + raw[8:]


def packed(raw: bytes, codec: int, pack: Callable[[bytes], bytes] | None = None) -> bytes:
    """The batch with its records packed; codecs that nobody knows leave them as they are."""
    records = (pack or CODECS.get(codec, bytes))(raw[61:])
    return resealed(raw[:22] + bytes([raw[22] | codec]) + raw[23:61] + records)


def resealed(raw: bytes) -> bytes:
    """With the length and the check sum that its bytes ask for."""
    raw = raw[:8] + struct.pack(">i", len(raw) - 12) + raw[12:]
    return raw[:17] + struct.pack(">I", calc_crc32c(raw[21:])) + raw[21:]


def fetched(data: bytes, offset: int) -> Any:  # Any: aiokafka ships no types
    return Forgiving(PLACE, Batches(data), [], offset, None, None, True, READ_COMMITTED)  # noqa: FBT003 - as the client


def consumed(data: bytes, offset: int = 0) -> list[tuple[int, bytes | str | None]]:
    """What a consumer gets in the end, fetching again from where the last fetch left it."""
    found: list[tuple[int, bytes | str | None]] = []
    end = struct.unpack_from(">q", data)[0] + data.count(b"k") + 100
    for _ in range(40):
        fetch = fetched(_from(data, offset), offset)
        found += [
            (each.offset, f"to {each.through}" if isinstance(each, UnreadableRecord) else each.value) for each in fetch
        ]
        if (fetch.next_fetch_offset == offset and not Forgiving._tries) or offset > end:  # noqa: SLF001 - is it trying?
            break
        offset = fetch.next_fetch_offset
    return found


def _from(data: bytes, offset: int) -> bytes:
    """As the broker answers: from the batch that holds the offset on."""
    at = 0
    while at + 61 <= len(data):
        base, length = struct.unpack_from(">qi", data, at)
        if length < 49 or base + struct.unpack_from(">i", data, at + 23)[0] >= offset:
            break
        at += 12 + length
    return data[at:]


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_of_the_protocol_is_read(codec: int) -> None:
    assert consumed(packed(batch(0, [b"one", b"two"]), codec)) == [(0, b"one"), (1, b"two")]


def test_a_bare_block_of_snappy_is_read_as_java_s_frames_are() -> None:
    bare = packed(batch(0, [b"one"]), 2, lambda data: snappy_encode(data, xerial_compatible=False))

    assert consumed(bare) == [(0, b"one")]


def test_a_fetch_that_begins_inside_of_a_batch_gives_the_rest_of_it() -> None:
    assert consumed(packed(batch(0, [b"one", b"two", b"three"]), 1), offset=1) == [(1, b"two"), (2, b"three")]


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]


BROKEN = {
    "check sum": lambda raw: flipped(raw, -3),
    "unknown codec": lambda raw: packed(raw, 6),
    "gzip that is none": lambda raw: packed(raw, 1, lambda _data: b"rubbish"),
    "gzip cut short": lambda raw: packed(raw, 1, lambda data: gzip_encode(data)[:-9]),
    "snappy that is none": lambda raw: packed(raw, 2, lambda _data: b"\xff\xff\xff\xff\xff\xff"),
    "lz4 that is none": lambda raw: packed(raw, 3, lambda _data: b"rubbish"),
    "zstd that is none": lambda raw: packed(raw, 4, lambda _data: b"rubbish"),
    "fewer records than it says": lambda raw: packed(raw, 1, lambda data: gzip_encode(data[:4])),
    "unknown magic": lambda raw: resealed(raw[:16] + b"\x09" + raw[17:]),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_batch_that_cannot_be_read_is_told_with_its_offsets_and_the_rest_goes_on(kind: str) -> None:
    broken = BROKEN[kind](batch(2, [b"lost", b"lost too"]))
    found = consumed(batch(0, [b"one", b"two"]) + broken + batch(4, [b"five"]))

    assert found == [(0, b"one"), (1, b"two"), (2, "to 3"), (4, b"five")]


def test_an_unreadable_batch_at_the_end_of_a_partition_is_passed_over_once() -> None:
    assert consumed(batch(0, [b"one"]) + flipped(batch(1, [b"lost", b"lost"]), -3)) == [(0, b"one"), (1, "to 2")]


def test_bytes_that_were_damaged_on_their_way_are_fetched_again() -> None:
    good = batch(0, [b"one"])
    first = list(fetched(flipped(good, -3), 0))
    second = list(fetched(good, 0))

    assert first == []
    assert [each.value for each in second] == [b"one"]


def test_a_header_whose_name_is_no_text_does_not_cost_its_record_nor_its_neighbours() -> None:
    odd = batch(0, [b"one", b"two"], name="xyz")
    odd = resealed(odd[:61] + odd[61:].replace(b"xyz", b"\xff\xfe\xfd", 1))

    assert consumed(odd + batch(2, [b"three"])) == [(0, b"one"), (1, b"two"), (2, b"three")]


def test_a_record_that_breaks_off_inside_is_told_and_its_neighbours_are_read() -> None:
    whole = batch(0, [b"one", b"two", b"three"])
    records = bytearray(whole[61:])
    records[records.index(b"two") - 1] = 0x7E  # the length of its value: more than there is
    found = consumed(packed(whole[:61] + bytes(records), 1))

    assert found == [(0, b"one"), (1, "to 1"), (2, b"three")]


@pytest.mark.parametrize("length", [-5, 3, 2**31 - 1])
def test_a_length_that_cannot_be_is_told_and_does_not_stop_the_partition(length: int) -> None:
    raw = batch(0, [b"lost"])
    first = [list(fetched(raw[:8] + struct.pack(">i", length) + raw[12:], 0)) for _ in range(3)]

    assert [each.through for each in first[-1]] == [0]


def test_what_a_record_says_of_its_offset_moves_nobody_s_place() -> None:
    """The broker takes it as it is: followed, it would skip the messages of the next batches."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 1_000_000)
    builder.append(7, 1_000, b"k", b"one", [])
    odd = bytes(builder.build())
    odd = resealed(odd[:23] + struct.pack(">i", 0) + odd[27:])

    assert consumed(odd + batch(1, [b"two", b"three"])) == [(0, b"one"), (1, b"two"), (2, b"three")]


def test_two_records_that_claim_one_offset_are_both_read() -> None:
    whole = batch(0, [b"one", b"two"])
    records = whole[61:].replace(b"\x02\x02k\x06two", b"\x00\x02k\x06two")

    assert records != whole[61:]
    assert consumed(resealed(whole[:61] + records)) == [(0, b"one"), (1, b"two")]


def test_an_attribute_that_nobody_uses_does_not_cost_the_record() -> None:
    whole = batch(0, [b"one"])
    records = bytearray(whole[61:])
    records[1] = 0xFF

    assert consumed(resealed(whole[:61] + bytes(records)) + batch(1, [b"two"])) == [(0, b"one"), (1, b"two")]


def test_what_follows_a_whole_gzip_file_is_passed_over_as_java_s_clients_do() -> None:
    assert unpack(1, gzip_encode(b"one") + b"rubbish") == b"one"


BOMB = bytes(unpacking.MOST + 1)


@pytest.mark.parametrize(
    ("codec", "pack"),
    [
        (1, gzip_encode),
        (2, lambda data: bytes(cramjam.snappy.compress_raw(data))),
        (2, lambda data: bytes([255, 255, 255, 255, 15]) + bytes(cramjam.snappy.compress_raw(data[:100]))[1:]),
        (3, lz4_encode),
        (4, zstd_encode),
    ],
)
def test_a_kilobyte_that_stands_for_more_than_the_bound_is_not_unpacked(
    codec: int, pack: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(Unpackable):
        unpack(codec, pack(BOMB))


@pytest.mark.parametrize("codec", [0, 4])
def test_a_batch_of_more_empty_records_than_are_read_is_set_aside_whole(codec: int) -> None:
    empty = packed(batch(0, [b""] * (MOST_RECORDS + 1)), codec)

    assert consumed(empty + batch(MOST_RECORDS + 1, [b"next"])) == [
        (0, f"to {MOST_RECORDS}"),
        (MOST_RECORDS + 1, b"next"),
    ]


def test_a_batch_of_as_many_records_as_are_read_is_read() -> None:
    assert len(consumed(batch(0, [b""] * MOST_RECORDS))) == MOST_RECORDS


def test_a_gzip_file_of_several_members_is_one_batch() -> None:
    assert unpack(1, gzip_encode(b"one") + gzip_encode(b"two")) == b"onetwo"


def test_what_zlib_makes_without_a_gzip_header_is_no_gzip() -> None:
    with pytest.raises(Unpackable):
        unpack(1, compress(b"one"))
