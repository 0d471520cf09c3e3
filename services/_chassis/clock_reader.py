"""Follows `sim.clock.v1` and keeps the process's virtual clock at the newest state."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import ValidationError

from contracts import sim_clock as contract
from contracts.envelope import Envelope
from contracts.event import UnknownEvent
from services._chassis.broker import Broker, client_options
from services._chassis.clock import VirtualClock
from services._chassis.engine import TRANSIENT
from services._chassis.inbound import OWNERS
from services._chassis.records import forgive
from services._chassis.stopping import close

_OWNER: Final = OWNERS[contract.TOPIC]
_PAUSE_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 3.0  # for the broker's word on how far the topic goes

log = structlog.get_logger()


class ClockReader:
    """Every process reads the whole compacted topic, so there is no group; `moved` is called after each new state."""

    def __init__(
        self,
        clock: VirtualClock,
        moved: Callable[[], None],
        broker: Broker | str,
        prefix: str,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        """`refused` is called for each state that cannot be used."""
        self._clock = clock
        self._moved = moved
        self._broker = broker
        self._partition = TopicPartition(prefix + contract.TOPIC, 0)
        self._refused = refused
        self._following = False
        self._went = asyncio.Event()
        self._consumer: Any = None  # Any: aiokafka ships no types

    async def follow(self, stopping: asyncio.Event) -> None:
        """Read until told to stop; start anew whenever the broker has gone away. What cannot be read is passed over."""
        forgive()
        self._following = True
        while not stopping.is_set():
            consumer = AIOKafkaConsumer(
                **client_options(self._broker),
                enable_auto_commit=False,
                fetch_max_wait_ms=500,
                isolation_level="read_committed",
            )
            try:
                await consumer.start()
                consumer.assign([self._partition])
                await consumer.seek_to_beginning(self._partition)
                self._consumer = consumer
                while not stopping.is_set():
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        for record in records:
                            self._apply(record.value)
                    self._wake()
            except TRANSIENT as reason:
                log.warning("clock reader starts anew", reason=f"{type(reason).__name__}: {reason}")
                await asyncio.sleep(_PAUSE_SECONDS)
            finally:
                self._consumer = None
                await close(consumer)

    async def caught_up(self) -> None:
        """Return once all states are heard that the broker had when we asked. Raises TimeoutError where it does not say."""
        if not self._following:
            return  # the clock is set by hand
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (consumer := self._consumer) is None:
                await self._went.wait()
            end = (await consumer.end_offsets([self._partition]))[self._partition]
            while self._consumer is consumer and await consumer.position(self._partition) < end:
                await self._went.wait()

    def _apply(self, value: bytes | None) -> None:
        try:
            envelope = Envelope.read(value)
            state = contract.CATALOGUE.decode(envelope.event_name, envelope.event_version, envelope.data)
        except (ValidationError, UnknownEvent) as reason:
            self._refuse(str(reason).splitlines()[0])
            return
        if envelope.source != _OWNER:
            self._refuse(f"{envelope.source} does not set the clock, only {_OWNER} does")
        elif isinstance(state, contract.ClockSet):
            self._clock.apply(state)
            self._moved()

    def _refuse(self, reason: str) -> None:
        self._refused()
        log.error("unusable clock state", reason=reason)

    def _wake(self) -> None:
        went, self._went = self._went, asyncio.Event()
        went.set()
