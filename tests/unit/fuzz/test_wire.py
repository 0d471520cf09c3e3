"""Batches as Kafka's protocol has them, held against a client that others wrote."""

from aiokafka.record import MemoryRecords

from deploy.local.fuzz.read import batches, records
from deploy.local.fuzz.wire import Codec, Frame, Record, pack

RECORDS = [
    Record(b"key", b"value", ((b"name", b"text"), (b"none", None))),
    Record(None, None),
    Record(b"", b"\0" * 300),
]


def test_a_batch_is_what_a_client_reads_by_each_codec() -> None:
    for codec in Codec:
        batch = MemoryRecords(pack(RECORDS, Frame(codec=codec))).next_batch()

        assert batch.validate_crc()
        assert [(each.key, each.value) for each in batch] == [(each.key, each.value) for each in RECORDS]


def test_headers_travel_with_their_record() -> None:
    first = next(iter(MemoryRecords(pack(RECORDS)).next_batch()))

    assert first.headers == [("name", b"text"), ("none", None)]


def test_a_wrong_check_sum_is_one() -> None:
    assert not MemoryRecords(pack(RECORDS, Frame(crc=1))).next_batch().validate_crc()


def test_what_is_packed_is_read_again() -> None:
    for codec in Codec:
        ((base, last, attributes, body),) = batches(pack(RECORDS, Frame(codec=codec)))

        assert (base, last) == (0, 2)
        assert list(records(attributes, body)) == [(n, each.key, each.value) for n, each in enumerate(RECORDS)]
