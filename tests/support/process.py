"""A service process inside the test: the chassis' own loops on a real broker and database, without HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.clock import ClockSet
from contracts.envelope import Envelope
from contracts.event import Event
from deploy.local.processes import wait_until
from deploy.local.topics import read_topics
from services._chassis import schema, topics
from services._chassis.aggregate import Service
from services._chassis.run import Running, assemble, connect
from services._chassis.settings import Settings
from services._chassis.timers import Timers
from tests.support.servers import Place

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
WITHIN = 30.0


@dataclass(slots=True)
class Stand:
    """One instance on its stand: `parts` is what a real process has, `producer` is the world outside."""

    place: Place
    settings: Settings
    parts: Running
    timers: Timers
    pool: object
    producer: AIOKafkaProducer

    async def send(self, topic: str, event: Event, subject: str | UUID, identity: UUID | None = None) -> UUID:
        """A message as another service would publish it; its id."""
        identity = identity or uuid4()
        message = Envelope.wrap(
            event,
            identity=identity,
            source="/test",
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
        """The first `count` messages of a topic, waited for."""
        found: list[Envelope] = []

        async def enough() -> bool:
            found[:] = await everything(self.place, topic)
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


async def make_tables(database_url: str) -> None:
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        for statement in schema.V1.split(";\n"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
    await engine.dispose()


@asynccontextmanager
async def stand(service: Service, place: Place, *, instance: str = "1", running: bool = True) -> AsyncIterator[Stand]:
    """An instance with its clock at NOON; `running` starts its loops, else the test drives the parts by hand."""
    settings = Settings(
        database_url=SecretStr(place.database_url),
        bootstrap_servers=place.servers.bootstrap_servers,
        topic_prefix=place.topic_prefix,
        port=1,
        instance=instance,
        fetch_wait_ms=10,
        session_timeout_ms=6_000,
    )
    pool = await connect(settings)
    parts, timers, _ = assemble(service, settings, pool)
    parts.clock.apply(ClockSet(sequence=1, virtual=NOON, wall=datetime.now(UTC), rate=0))
    await topics.ensure(settings, (*service.publishes, *(each.topic for each in service.subscriptions)))
    producer = AIOKafkaProducer(bootstrap_servers=place.servers.bootstrap_servers, acks="all")
    await producer.start()
    stopping = asyncio.Event()
    loops = [parts.consumer.run(stopping), timers.run(stopping), parts.relay.run(stopping), parts.commands.run()]
    tasks = [asyncio.create_task(each) for each in loops] if running else [each.close() for each in loops] and []
    try:
        yield Stand(place, settings, parts, timers, pool, producer)
    finally:
        stopping.set()
        await asyncio.wait(tasks[:3], timeout=WITHIN) if tasks else None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await producer.stop()
        await pool.close()
