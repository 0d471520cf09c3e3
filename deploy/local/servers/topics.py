"""Reads whole topics, for those who look from outside: the report, the ledger, the tests."""

from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from services._chassis.broker import Broker, client_options
from services._chassis.records import UnreadableRecord, forgive


async def read_topics(broker: Broker | str, topics: Iterable[str]) -> dict[str, list[bytes]]:
    """Every value that stands on each topic now, in order within its partition; without what nobody can read, and what a
    transaction did not commit.
    """
    forgive()
    values: dict[str, list[bytes]] = {topic: [] for topic in topics}
    consumer = AIOKafkaConsumer(
        *values, **client_options(broker), auto_offset_reset="earliest", isolation_level="read_committed"
    )
    await consumer.start()
    try:
        partitions = consumer.assignment()
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(each) < ends[each] for each in partitions]):
            for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                values[partition.topic] += [each.value for each in records if not isinstance(each, UnreadableRecord)]
        return values
    finally:
        await consumer.stop()


async def ends(broker: Broker | str, partitions: Mapping[str, int]) -> dict[str, dict[int, int]]:
    """Of each topic, which has so many partitions: where each ends, open transactions and their marks included."""
    places = [TopicPartition(topic, each) for topic, count in partitions.items() for each in range(count)]
    consumer = AIOKafkaConsumer(**client_options(broker))
    await consumer.start()
    try:
        consumer.assign(places)
        found: dict[str, dict[int, int]] = {topic: {} for topic in partitions}
        for place, end in (await consumer.end_offsets(places)).items():
            found[place.topic][place.partition] = end
        return found
    finally:
        await consumer.stop()


async def delete_topics(broker: Broker | str, prefix: str) -> None:
    """Remove a run's topics from a broker that is not its own. ValueError for an empty prefix: that would be all."""
    if not prefix:
        raise ValueError("prefix: empty; only topics of one run are ever deleted")
    admin = AIOKafkaAdminClient(**client_options(broker))
    await admin.start()
    try:
        ours = [name for name in await admin.list_topics() if name.startswith(prefix)]
        if ours:
            await admin.delete_topics(ours)
    finally:
        await admin.close()
