"""A service process inside the test: the chassis' own loops on a real broker and database, without HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.envelope import Envelope
from contracts.event import Event
from contracts.sim_clock import ClockSet
from deploy.local.servers.processes import wait_until
from deploy.local.servers.topics import read_topics
from services._chassis import schema, topics
from services._chassis.aggregate import Service
from services._chassis.batch import Decision
from services._chassis.inbound import OWNERS
from services._chassis.metrics import Metrics
from services._chassis.run import assemble, connect
from services._chassis.running import Running
from services._chassis.settings import Settings
from services._chassis.timers import Timers
from tests.support.servers import Place
from tests.support.tally import add, tally_of

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
WITHIN = 30.0


@dataclass(slots=True)
class Stand:
    """One instance on its stand: `parts` is what a real process has, `producer` is the world outside."""

    place: Place
    settings: Settings
    parts: Running
    timers: Timers
    metrics: Metrics
    pool: Any  # Any: asyncpg ships no types
    producer: AIOKafkaProducer
    intake_over: asyncio.Event = field(default_factory=asyncio.Event)
    all_over: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        parts = self.parts
        loops = (
            parts.consumer.run(self.intake_over),
            self.timers.run(self.intake_over),
            parts.relay.run(self.all_over),
        )
        self.tasks += [asyncio.create_task(each) for each in (*loops, parts.commands.run())]

    async def stop(self) -> None:
        """In order, as on SIGTERM. Raises what a loop died of."""
        if self.tasks:
            self.intake_over.set()
            await asyncio.wait(self.tasks[:2], timeout=WITHIN)
            self.all_over.set()
            await asyncio.wait(self.tasks[2:3], timeout=WITHIN)
        died = [each.exception() for each in self.tasks if each.done() and not each.cancelled()]
        await self.crash()
        for reason in filter(None, died):
            raise reason

    async def crash(self) -> None:
        """The loops end wherever they are: no last commit, no last publishing, no goodbye to the group."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def ask(self, subject: str | UUID, value: int) -> Decision:
        """A person's request to count one more number."""
        return await self.parts.commands.execute(
            tally_of(subject), lambda total, _at: add(total, value), cause=uuid4(), correlation=uuid4()
        )

    def counted(self, name: str, **labels: str) -> float:
        """A figure of this instance's metrics, 0 where there is none yet."""
        return self.metrics.registry.get_sample_value(name, labels) or 0.0

    async def send(self, topic: str, event: Event, subject: str | UUID, identity: UUID | None = None) -> UUID:
        """A message as another service would publish it; its id."""
        identity = identity or uuid4()
        message = Envelope.wrap(
            event,
            identity=identity,
            source=OWNERS.get(topic, "/test"),
            subject=str(subject),
            time=NOON,
            correlation=identity,
            causation=identity,
        )
        await self.send_raw(topic, str(subject).encode(), message.to_bytes())
        return identity

    async def send_raw(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        await self.producer.send_and_wait(self.place.topic_prefix + topic, value, key=key)

    async def read(self, topic: str, count: int) -> list[Envelope]:
        """At least `count` different messages of a topic, waited for, each where it first stands.

        A relay whose broker or database died may have sent some again: receivers drop those by their ids.
        """
        found: list[Envelope] = []

        async def enough() -> bool:
            found[:] = once(await everything(self.place, topic))
            return len(found) >= count

        await wait_until(enough, WITHIN, f"{count} messages on {topic}", every_seconds=0.1)
        return found

    async def settled(self) -> None:
        """Nothing waits in the outbox, nothing is under way, and the consumer has read to the end."""

        async def quiet() -> bool:
            outbox, _ = await self.parts.store.pending()
            return not outbox and not self.parts.engine.busy.running and await self._read_to_the_end()

        await wait_until(quiet, WITHIN, "the service to settle", every_seconds=0.05)

    async def _read_to_the_end(self) -> bool:
        topics = self.parts.consumer.topics
        values = await read_topics(self.place.servers.bootstrap_servers, topics)
        waiting = sum(len(each) for each in values.values())
        return sum(self.parts.consumer.positions.values()) >= waiting

    async def jump(self, virtual: datetime) -> None:
        state = ClockSet(sequence=self.parts.clock.sequence + 1, virtual=virtual, wall=datetime.now(UTC), rate=0)
        self.parts.clock.apply(state)


async def everything(place: Place, topic: str) -> list[Envelope]:
    """Every message that stands on a topic now."""
    name = place.topic_prefix + topic
    values = (await read_topics(place.servers.bootstrap_servers, [name]))[name]
    return [Envelope.model_validate_json(value) for value in values]


def once(messages: Iterable[Envelope]) -> list[Envelope]:
    """Each message where it first stands."""
    first: dict[UUID, Envelope] = {}
    for each in messages:
        first.setdefault(each.id, each)
    return list(first.values())


async def make_tables(database_url: str) -> None:
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        for statement in (schema.V1 + schema.V2).split(";\n"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
    await engine.dispose()


@asynccontextmanager
async def stand(
    service: Service,
    place: Place,
    *,
    instance: str = "1",
    running: bool = True,
    session_timeout_ms: int = 6_000,
) -> AsyncIterator[Stand]:
    """An instance with its clock at NOON; `running` starts its loops, else the test drives the parts by hand."""
    settings = Settings(
        database_url=SecretStr(place.database_url),
        bootstrap_servers=place.servers.bootstrap_servers,
        topic_prefix=place.topic_prefix,
        port=1,
        instance=instance,
        fetch_wait_ms=10,
        session_timeout_ms=session_timeout_ms,
    )
    pool = await connect(settings)
    parts, timers, metrics = assemble(service, settings, pool)
    parts.clock.apply(ClockSet(sequence=1, virtual=NOON, wall=datetime.now(UTC), rate=0))
    await topics.ensure(settings, (*service.publishes, *(each.topic for each in service.subscriptions)))
    producer = AIOKafkaProducer(bootstrap_servers=place.servers.bootstrap_servers, acks="all")
    await producer.start()
    own = Stand(place, settings, parts, timers, metrics, pool, producer)
    if running:
        own.start()
    try:
        yield own
    finally:
        await own.stop()
        await producer.stop()
        pool.terminate()
