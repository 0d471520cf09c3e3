"""Where the relay puts a message."""

import pytest

from services._chassis.sending import partition_of

# The vectors of Apache Kafka's own tests of its hash (org.apache.kafka.common.utils.UtilsTest).
VECTORS = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


@pytest.mark.parametrize("key", VECTORS)
@pytest.mark.parametrize("partitions", [1, 4, 7, 512])
def test_a_key_goes_where_other_kafka_clients_put_it(key: str, partitions: int) -> None:
    assert partition_of(key.encode(), partitions) == (VECTORS[key] & 0x7FFFFFFF) % partitions
