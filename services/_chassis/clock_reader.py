"""Follows `sim.clock.v1` and keeps the process's virtual clock at the newest state."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from contracts import clock as contract
from contracts.envelope import Envelope
from contracts.event import UnknownEvent
from services._chassis.broker import Broker, client_options
from services._chassis.clock import VirtualClock
from services._chassis.stopping import close

_PAUSE_SECONDS: Final = 0.5

log = structlog.get_logger()


async def follow(
    clock: VirtualClock, moved: Callable[[], None], broker: Broker | str, prefix: str, stopping: asyncio.Event
) -> None:
    """Every process reads the whole compacted topic, so there is no group; `moved` is called after each new state."""
    partition = TopicPartition(prefix + contract.TOPIC, 0)
    while not stopping.is_set():
        consumer = AIOKafkaConsumer(**client_options(broker), enable_auto_commit=False, fetch_max_wait_ms=500)
        try:
            await consumer.start()
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            while not stopping.is_set():
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        _apply(clock, record.value)
                        moved()
        except (KafkaError, OSError) as reason:
            log.warning("clock reader starts anew", reason=f"{type(reason).__name__}: {reason}")
            await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            await close(consumer)


def _apply(clock: VirtualClock, value: bytes | None) -> None:
    try:
        envelope = Envelope.model_validate_json(value or b"")
        state = contract.CATALOGUE.decode(envelope.event_name, envelope.event_version, envelope.data)
    except (ValidationError, UnknownEvent) as reason:
        log.error("unusable clock state", reason=str(reason).splitlines()[0])  # noqa: TRY400 - said in one line
        return
    if isinstance(state, contract.ClockSet):
        clock.apply(state)
