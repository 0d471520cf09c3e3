"""Moves virtual time: sets the clock, and jumps to the earliest timer when the chain is quiescent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import aiohttp
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from contracts import sim_clock
from contracts.envelope import CONTENT_TYPE, Envelope
from deploy.local.chain.clock_states import SOURCE, newest, state_of
from deploy.local.chain.quiescence import Ends, Look, NoAnswer, Rest, named
from deploy.local.errors import LauncherError
from services._chassis.broker import Broker, client_options
from services._chassis.clock import VirtualClock

QUIET_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.004
_ANSWER_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.1
_BROKER_MS: Final = 5_000  # a broker that is away is asked anew rather than waited for
_HEADERS: Final = [("content-type", CONTENT_TYPE.encode())]


class Conductor:
    """The one writer of `sim.clock.v1`. Open it with `conductor(…)`."""

    def __init__(
        self,
        instances: Sequence[str],
        producer: Any,  # Any: aiokafka ships no types
        consumer: Any,
        http: aiohttp.ClientSession,
        prefix: str,
    ) -> None:
        self._producer = producer
        self._consumer = consumer
        self._http = http
        self._rest = Rest(instances, self._fetch, self._ends)
        self._topic = prefix + sim_clock.TOPIC
        self.state: sim_clock.ClockSet | None = None
        self.passed_over: str | None = None
        self.jumps = 0
        self.patience_seconds = QUIET_SECONDS
        self._writing = asyncio.Lock()

    @property
    def now(self) -> datetime:
        """Virtual time as last set; at a rate above zero it has moved on since, to the end of the calendar at most."""
        if self.state is None:
            raise LauncherError("The clock was never set. Set it before asking for the time.")
        moved = VirtualClock()
        moved.apply(self.state)
        return moved.now()

    async def set_clock(self, virtual: datetime, rate: float) -> None:
        """A new state of the clock, acknowledged by the broker. Time never steps back: ValueError if it would.

        LauncherError where the contract has no such state.
        """
        if self.state is not None and virtual < self.state.virtual:
            raise ValueError(f"virtual time cannot step back from {self.state.virtual} to {virtual}")
        async with self._writing:
            await self._write(virtual, rate, datetime.now(UTC))

    async def step_back(self, by: timedelta) -> None:
        """What a conductor must never do, to see who is misled: a state that lies in the past, and then the true one."""
        if self.state is None:
            raise LauncherError("The clock was never set. Set it before stepping back.")
        async with self._writing:
            before = self.state
            await self._write(before.virtual - by, before.rate, before.wall - by)
            await self._write(before.virtual, before.rate, datetime.now(UTC))

    async def _write(self, virtual: datetime, rate: float, wall: datetime) -> None:
        sequence = self.state.sequence + 1 if self.state else 1
        state = state_of(virtual, rate, sequence=sequence, wall=wall)
        identity = uuid4()
        envelope = Envelope.wrap(
            state,
            identity=identity,
            source=SOURCE,
            subject=sim_clock.KEY,
            time=state.virtual,
            correlation=identity,
            causation=identity,
            recorded=datetime.now(UTC),
        )
        await self._publish(envelope.to_bytes())
        self.state = state

    async def _publish(self, value: bytes) -> None:
        """Again while the broker is away: who hears a state twice takes it once, by its number."""
        async with asyncio.timeout(self.patience_seconds):
            while True:
                try:
                    await self._producer.send_and_wait(self._topic, value, key=sim_clock.KEY.encode(), headers=_HEADERS)
                except KafkaError:
                    await asyncio.sleep(_AGAIN_SECONDS)
                else:
                    return

    def leave_out(self, instance: str) -> None:
        """Wait for this process no more: it is gone, for good or until it is taken in again."""
        self._rest.leave_out(instance)

    def take_in(self, instance: str) -> None:
        """Wait for this process from now on."""
        self._rest.take_in(instance)

    async def jump(self, virtual: datetime) -> None:
        """Stand still at a later moment."""
        await self.set_clock(virtual, rate=0)
        self.jumps += 1

    async def quiescence(
        self, within_seconds: float | None = None, *, only_time_moved: bool = False
    ) -> datetime | None:
        """Wait until nothing is under way; then the moment of the earliest timer, None when there is no timer.

        Every process must be found at rest, its outbox empty, and then, at the ends of the topics, nothing beyond what
        each had handled when it was looked at. So none has had anything to do since: no message came, and no timer is due.
        Those found at rest before are not asked again if since then nobody acted from outside and `only_time_moved`.
        Raises TimeoutError that says who was not quiet.
        """
        if only_time_moved and self.state is not None:
            self._rest.moved(self.state.virtual)
        else:
            self._rest.forget()
        last: Look | None = None
        within_seconds = within_seconds or self.patience_seconds
        try:
            async with asyncio.timeout(within_seconds):
                while True:
                    last = await self._rest.look(self.state)
                    if last.quiet:
                        return last.next_timer
                    if not last.at_once:
                        await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError as error:
            why = last.why_not if last else "no process answered"
            raise TimeoutError(f"the chain was not quiescent within {within_seconds:g} s: {why}") from error

    async def reached(self, instance: str) -> None:
        """Wait until this process has the newest state of the clock. Enough for a person to act where no timer is due."""
        sequence = self.state.sequence if self.state else 0
        async with asyncio.timeout(self.patience_seconds):
            while not await self._has_reached(instance, sequence):
                pass

    async def _has_reached(self, instance: str, sequence: int) -> bool:
        try:
            return (await self._rest.ask(instance, sequence)).clock >= sequence
        except NoAnswer:
            await asyncio.sleep(_AGAIN_SECONDS)
            return False

    async def _fetch(self, url: str) -> bytes:
        try:
            async with self._http.get(url) as answer:
                answer.raise_for_status()
                return await answer.read()
        except (aiohttp.ClientError, OSError) as reason:
            raise NoAnswer(named(reason)) from reason

    async def _ends(self, topics: set[str]) -> Ends:
        partitions = [
            TopicPartition(topic, number)
            for topic in sorted(topics)
            for number in await self._producer.partitions_for(topic)
        ]
        ends: Ends = await self._consumer.end_offsets(partitions) if partitions else {}
        return ends


@asynccontextmanager
async def conductor(
    instances: Sequence[str], broker: Broker | str, prefix: str, operator_token: str
) -> AsyncIterator[Conductor]:
    """A conductor of these service processes (base URLs), with the newest state of the clock already read."""
    patience = {**client_options(broker), "request_timeout_ms": _BROKER_MS}
    producer = AIOKafkaProducer(**patience, acks="all")
    consumer = AIOKafkaConsumer(**patience, enable_auto_commit=False, isolation_level="read_committed")
    async with contextlib.AsyncExitStack() as stack:
        await producer.start()
        stack.push_async_callback(producer.stop)
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(
                headers={"authorization": f"Bearer {operator_token}"},
                timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
            )
        )
        leader = Conductor(instances, producer, consumer, http, prefix)
        heard = await newest(broker, prefix + sim_clock.TOPIC)
        leader.state = heard.newest
        leader.passed_over = str(heard) if heard.unreadable else None
        yield leader
