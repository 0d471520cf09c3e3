"""Topics are made by whoever comes first, so that the order of starting does not matter; only owners write them."""

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, TopicAuthorizationFailedError

from contracts import sim_clock
from services._chassis.broker import Broker, client_options
from services._chassis.dead_letters import SUFFIX
from services._chassis.settings import Settings

_PAUSE_SECONDS: Final = 0.5
_FOR_EVER: Final = {"retention.ms": "-1"}
_COMPACTED: Final = {"cleanup.policy": "compact"}

log = structlog.get_logger()


async def ensure(settings: Settings, topics: Iterable[str]) -> None:
    """Make the missing topics, each with its dead-letter topic, and the clock's; tries until the broker answers."""
    named = list(topics)
    while True:
        try:
            await make(settings.broker, settings.topic_prefix, named, settings.partitions, settings.replication_factor)
        except (KafkaError, OSError) as reason:
            log.warning("waiting for the broker", reason=f"{type(reason).__name__}: {reason}")
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            return


async def make(broker: Broker, prefix: str, topics: Iterable[str], partitions: int, replicas: int) -> None:
    """Once. Raises KafkaError when the broker is away, or when one is missing and this user may make none."""
    wanted = [NewTopic(prefix + sim_clock.TOPIC, 1, replicas, topic_configs=_COMPACTED)]
    for topic in dict.fromkeys(topics):
        wanted.append(NewTopic(prefix + topic, partitions, replicas, topic_configs=_FOR_EVER))
        wanted.append(NewTopic(prefix + topic + SUFFIX, 1, replicas, topic_configs=_FOR_EVER))
    admin = AIOKafkaAdminClient(**client_options(broker))
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [each for each in wanted if each.name not in there]
        response = await admin.create_topics(missing)
        for topic, code, *_ in response.topic_errors:
            if code == TopicAuthorizationFailedError.errno:
                raise KafkaError(f"topic {topic} is not there, and whoever launches the chain must make it")
            if code not in (0, TopicAlreadyExistsError.errno):
                raise KafkaError(f"topic {topic} could not be made: error {code}")
    finally:
        await admin.close()
