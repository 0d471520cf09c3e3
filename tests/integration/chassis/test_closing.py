"""Kafka clients that are stopped at an awkward moment."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from deploy.local.servers.processes import wait_until
from services._chassis.stopping import close
from tests.support.process import WITHIN, Stand
from tests.support.tally import IN


async def test_a_consumer_stopped_in_the_pause_after_a_failed_fetch_ends_in_order(still: Stand) -> None:
    failed = asyncio.Event()

    async def away(*_request: Any, **_options: Any) -> None:  # Any: aiokafka ships no types
        failed.set()
        raise KafkaConnectionError("the broker is away")

    async def session() -> str:
        consumer = AIOKafkaConsumer(bootstrap_servers=still.settings.bootstrap_servers, enable_auto_commit=False)
        await consumer.start()
        consumer.assign([TopicPartition(still.place.topic_prefix + IN, 0)])
        await consumer.seek_to_beginning()
        await consumer.getmany(timeout_ms=100)
        consumer._fetcher._retry_backoff = 60.0  # noqa: SLF001 - long enough to be stopped in it
        consumer._client.send = away  # noqa: SLF001 - as a broker that has just died
        await wait_until(failed.is_set, WITHIN, "a fetch to fail")
        await close(consumer)
        return "went on"

    running = asyncio.create_task(session())
    await asyncio.wait({running}, timeout=WITHIN)

    assert running.done()
    assert not running.cancelled()
    assert running.result() == "went on"
