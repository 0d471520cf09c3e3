"""What a broker returns is read though some of it cannot be: one record never stops a partition.

aiokafka raises at the first batch that it cannot read, and again at every next fetch. Here such a batch is tried a few
times and then stands among the records as an `UnreadableRecord`; what is good before, behind and inside of it is read.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

from aiokafka.consumer import fetcher
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import ConsumerRecord, TopicPartition

from services._chassis.unpacking import Unpackable, header, unpack

# Of a batch; a few kilobytes may hold millions of empty ones, and a letter would be written about each.
MOST_RECORDS: Final = 50_000
_TRIES: Final = 3  # bytes may have been damaged on their way; what is damaged at the broker stays so
_LENGTH_AT: Final = 8
_OVERHEAD: Final = 12  # the first offset and the length itself
_LEAST: Final = 14  # bytes of the smallest message of the oldest format
_MAGIC_AT: Final = 16
_MAGIC: Final = 2
_HEADER: Final = 61
_CODEC: Final = 0x07
_LOG_APPEND_TIME: Final = 0x08


@dataclass
class UnreadableRecord(ConsumerRecord):  # type: ignore[misc] # aiokafka ships no types
    """Stands for the offsets from `offset` to `through`, which nobody can read; its value is None, `raw` the bytes."""

    through: int = -1
    reason: str = ""
    raw: bytes = b""


class _Damaged(Exception):  # noqa: N818 - it reads as a fact
    """The bytes are not what they should be."""


class _Part(NamedTuple):
    """One batch of a fetch as it came; `following` is the first offset of the next one, where there is one."""

    raw: bytes
    following: int | None
    whole: bool = True


class Batches:
    """The bytes of one fetch, batch by batch; stands in for aiokafka's reader of them."""

    def __init__(self, data: Any) -> None:  # Any: bytes or None, as aiokafka's protocol has it
        self._data = bytes(data or b"")

    def has_next(self) -> bool:
        """Also where the first batch is damaged: it is to be told, not passed over."""
        return bool(self._data)

    def size_in_bytes(self) -> int:
        return len(self._data)

    def parts(self) -> Iterator[_Part]:
        """Whole batches. A rest that is not whole comes again with the next fetch, which begins with it."""
        data, at = self._data, 0
        while (end := self._end(at)) is not None:
            following = struct.unpack_from(">q", data, end)[0] if self._end(end) is not None else None
            yield _Part(data[at:end], following)
            at = end
        if at == 0 and data:
            yield _Part(data, None, whole=False)

    def _end(self, at: int) -> int | None:
        if len(self._data) - at < _OVERHEAD + _LEAST:
            return None
        length: int = struct.unpack_from(">i", self._data, at + _LENGTH_AT)[0]
        end = at + _OVERHEAD + length
        return end if length >= _LEAST and end <= len(self._data) else None


class Forgiving(fetcher.PartitionRecords):  # type: ignore[misc] # aiokafka ships no types
    """aiokafka's reading of a fetch, going on where that one gives up."""

    _tries: ClassVar[Counter[tuple[TopicPartition, int]]] = Counter()

    def _unpack_records(self) -> Iterator[Any]:  # Any: aiokafka ships no types
        first = self.next_fetch_offset
        for part in self._records.parts():
            start = self.next_fetch_offset
            try:
                yield from self._read(part)
            except Exception as reason:  # noqa: BLE001 - whatever a decoder of hostile bytes may raise
                if self.next_fetch_offset > first:
                    return  # what was good so far is handled first; the next fetch begins here
                self._tries[self._tp, start] += 1
                if self._tries[self._tp, start] < _TRIES:
                    return
                del self._tries[self._tp, start]
                yield from self._salvaged(part, reason)

    def _read(self, part: _Part) -> Iterator[Any]:  # Any: aiokafka ships no types
        if not part.whole:
            raise _Damaged("it is not as long as it says")
        batch = MemoryRecords(part.raw).next_batch()
        if batch is None or not batch.validate_crc():
            raise _Damaged("its bytes do not match their check sum")
        if part.raw[_MAGIC_AT] > _MAGIC:
            raise _Damaged(f"its format has the number {part.raw[_MAGIC_AT]}, which Kafka's protocol does not know")
        if self._is_passed_over(batch):
            self.next_fetch_offset = batch.next_offset
            return
        if part.raw[_MAGIC_AT] == _MAGIC and (count := header(part.raw)[3]) > MOST_RECORDS:
            raise _Damaged(f"it holds {count} records, and at most {MOST_RECORDS} of a batch are read")
        packed = part.raw[_MAGIC_AT] == _MAGIC and batch.compression_type
        records = self._records_of(part.raw) if packed else map(self._record, batch)
        yield from self._placed(part.raw, records, batch.next_offset - 1)
        self.next_fetch_offset = max(self.next_fetch_offset, batch.next_offset)

    def _placed(self, raw: bytes, records: Iterable[Any], last: int) -> Iterator[Any]:  # Any: aiokafka ships no types
        """Each record at its offset, those before our place left out: a fetch begins with the whole batch that holds it. The
        broker does not look at what records say of their offsets, so that their number counts where none is missing.
        """
        base, whole = 0, False
        if raw[_MAGIC_AT] == _MAGIC:
            base, _, delta, count = header(raw)
            whole = count == delta + 1
        for number, record in enumerate(records):
            offset = base + number if whole else min(record.offset, last)
            if offset >= self.next_fetch_offset:
                self.next_fetch_offset = offset + 1
                record.offset = offset
                yield record

    def _is_passed_over(self, batch: Any) -> bool:  # Any: aiokafka ships no types
        """Whether the batch belongs to a transaction that was aborted, or marks the end of one."""
        if self._isolation_level == fetcher.READ_COMMITTED and batch.producer_id is not None:
            self._consume_aborted_up_to(batch.base_offset)
            if batch.is_control_batch and self._contains_abort_marker(batch):
                self._aborted_producers.discard(batch.producer_id)
            if batch.is_transactional and batch.producer_id in self._aborted_producers:
                return True
        return bool(batch.is_control_batch)

    def _record(self, record: Any) -> Any:  # Any: aiokafka ships no types
        return self._consumer_record(self._tp, record)

    def _salvaged(self, part: _Part, reason: Exception) -> Iterator[Any]:  # Any: aiokafka ships no types
        """The records of a batch that aiokafka cannot read, with a stand-in for each that nobody can."""
        last = _last_offset(part, self.next_fetch_offset)
        try:
            records = [] if isinstance(reason, _Damaged | Unpackable) else list(self._records_of(part.raw))
        except Exception as broken:  # noqa: BLE001 - whatever a decoder of hostile bytes may raise
            records, reason = [], broken
        yield from self._placed(part.raw, records, last)
        if self.next_fetch_offset <= last:
            offset, self.next_fetch_offset = self.next_fetch_offset, last + 1
            yield self._unreadable(offset, last, f"{type(reason).__name__.strip('_')}: {reason}", part.raw)

    def _records_of(self, raw: bytes) -> Iterator[Any]:  # Any: aiokafka ships no types
        """A batch of magic 2, record by record. One that breaks off inside stands there as unreadable, and the rest goes
        on: every record says its own length.
        """
        base, attributes, _, count = header(raw)
        data, at = unpack(attributes & _CODEC, raw[_HEADER:]), 0
        for number in range(count):
            length, begin = _varint(data, at)
            at = begin + length
            if length < 0 or at > len(data):
                raise _Damaged(f"its record number {number + 1} is longer than the batch")
            try:
                yield self._one(data[begin:at], base, raw)
            except (_Damaged, IndexError, UnicodeDecodeError) as broken:
                offset = base + number
                yield self._unreadable(offset, offset, str(broken), data[begin:at])

    def _one(self, data: bytes, base: int, raw: bytes) -> ConsumerRecord:
        kind = (raw[22] & _LOG_APPEND_TIME) >> 3
        first_timestamp, last_timestamp = struct.unpack_from(">qq", raw, 27)
        delta, at = _varint(data, 1)  # behind a byte of attributes, which none uses
        distance, at = _varint(data, at)
        key, at = _field(data, at)
        value, at = _field(data, at)
        count, at = _varint(data, at)
        headers = []
        for _ in range(count):
            name, at = _field(data, at)
            content, at = _field(data, at)
            headers.append(((name or b"").decode(errors="backslashreplace"), content))
        if count < 0 or at != len(data):
            raise _Damaged("its fields do not fill it exactly")
        return ConsumerRecord(
            self._tp.topic,
            self._tp.partition,
            base + distance,
            last_timestamp if kind else first_timestamp + delta,
            kind,
            key,
            value,
            None,
            -1 if key is None else len(key),
            -1 if value is None else len(value),
            tuple(headers),
        )

    def _unreadable(self, offset: int, through: int, reason: str, raw: bytes) -> UnreadableRecord:
        return UnreadableRecord(
            *(self._tp.topic, self._tp.partition, offset, -1, 0, None, None, None, -1, -1, ()),
            through=through,
            reason=reason,
            raw=raw,
        )


def forgive() -> None:
    """From now on every consumer of this process reads as this module says; calling it again changes nothing."""
    fetcher.PartitionRecords = Forgiving
    fetcher.MemoryRecords = Batches


def _last_offset(part: _Part, start: int) -> int:
    """Where a batch that cannot be read ends: what it says of itself counts only where that fits together."""
    if part.following is not None and part.following > start:
        return part.following - 1
    if len(part.raw) >= _HEADER and part.raw[_MAGIC_AT] == _MAGIC:
        base, _, delta, count = header(part.raw)
        if base <= start <= base + delta and count == delta + 1:
            return base + delta
    return start


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A zigzag varint of Kafka's record format, and where it ends. IndexError where the data end before."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says whether more follows
            return (value >> 1) ^ -(value & 1), at
        shift += 7
        if shift > 63:  # noqa: PLR2004 - bits of the longest number
            raise _Damaged("one of its numbers is longer than ten bytes")


def _field(data: bytes, at: int) -> tuple[bytes | None, int]:
    """A nullable field of bytes, and where it ends."""
    length, at = _varint(data, at)
    if length < 0:
        return None, at
    if at + length > len(data):
        raise _Damaged("one of its fields is longer than the record")
    return data[at : at + length], at + length
