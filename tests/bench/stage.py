"""Where a measurement takes place: a database and topics of its own, the messages on them, and what came of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2
from pydantic import SecretStr
from pydantic_core import from_json

from contracts.envelope import CONTENT_TYPE
from deploy.local.errors import LauncherError
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.topics import delete_topics, read_topics
from services._chassis import topics
from services._chassis.settings import Settings
from tests.bench.programs import WITHIN_SECONDS, Child, Figures, Job, child
from tests.bench.work import IN, OUT, messages
from tests.support.process import make_tables
from tests.support.servers import Place, place

PARTITIONS: Final = 4
_LOOK_SECONDS: Final = 0.01
_HEADERS: Final = [("content-type", CONTENT_TYPE.encode())]
_COUNTS: Final = """
select (select count(*) from events), (select count(*) from inbox),
       (select count(*) from outbox where to_jsonb(outbox) -> 'published_at' is null
                                       or to_jsonb(outbox) -> 'published_at' = 'null')
"""


@dataclass(frozen=True, slots=True)
class Stage:
    running: RunningServers
    directory: Path

    @asynccontextmanager
    async def corner(self, *, tables: bool = True) -> AsyncIterator[Place]:
        """A database of its own and a prefix for its topics; both are gone afterwards."""
        async with place(self.running.servers) as own:
            if tables:
                await make_tables(own.database_url)
            try:
                yield own
            finally:
                await delete_topics(own.servers.bootstrap_servers, own.topic_prefix)

    def job(self, own: Place, count: int, **more: object) -> Job:
        told = {
            "bootstrap_servers": own.servers.bootstrap_servers,
            "database_url": own.database_url,
            "topic_prefix": own.topic_prefix,
            "count": count,
        }
        return Job.model_validate(told | more)

    @asynccontextmanager
    async def program(self, name: str, job: Job) -> AsyncIterator[Child]:
        async with child(f"tests.bench.{name}", job, self.directory / f"{name}.log") as found:
            yield found

    async def figures(self, name: str, job: Job) -> Figures:
        """What a program says that measures by itself."""
        await self.calm()
        async with self.program(name, job) as found:
            return await found.figures()

    async def calm(self) -> None:
        """Nothing is left to be flushed in the middle of what comes next: alike for all that is compared."""
        if self.running.postgres:
            connection = await asyncpg.connect(self.running.servers.postgres_url)
            await connection.execute("checkpoint")
            await connection.close()

    def cpu(self) -> Figures:
        """Seconds that our servers have used so far; none for servers that the environment names."""
        if not (self.running.kafka and self.running.postgres):
            return {}
        kafka, postgres = (psutil.Process(each.process.pid) for each in (self.running.kafka, self.running.postgres))
        database = postgres.cpu_times()
        ended = database.children_user + database.children_system
        living = sum(sum(each.cpu_times()[:2]) for each in postgres.children(recursive=True))
        return {
            "kafka_cpu_seconds": sum(kafka.cpu_times()[:2]),
            "postgres_cpu_seconds": sum(database[:2]) + ended + living,
        }


async def hop(stage: Stage, program: str, count: int, batch_size: int = 500) -> Figures:
    """`count` messages through a program: from its first poll until the last answer stands on its topic."""
    async with carried(stage, program, count, batch_size) as (_, figures):
        return figures


@asynccontextmanager
async def carried(
    stage: Stage, program: str, count: int, batch_size: int = 500
) -> AsyncIterator[tuple[Place, Figures]]:
    """A hop's figures, and the place where its rows and messages still are."""
    async with stage.corner(tables=program != "orm") as own:
        await _send(own, count)
        await stage.calm()
        async with stage.program(program, stage.job(own, count, batch_size=batch_size)) as running:
            await running.ready()
            before = stage.cpu()
            running.tell()
            ended = await _answered(own, count, running)
            after = stage.cpu()
            running.tell()
            figures = await running.figures()
        await _check(own, count)
        seconds = ended - figures.pop("began")
        used = {name: after[name] - before[name] for name in after}
        yield own, {"messages": count, "seconds": seconds, "per_second": count / seconds, **figures, **used}


async def make_topics(own: Place) -> None:
    settings = Settings(
        database_url=SecretStr(own.database_url),
        bootstrap_servers=own.servers.bootstrap_servers,
        topic_prefix=own.topic_prefix,
        partitions=PARTITIONS,
        port=1,
    )
    await topics.ensure(settings, (IN, OUT))


async def _send(own: Place, count: int) -> None:
    await make_topics(own)
    producer = AIOKafkaProducer(bootstrap_servers=own.servers.bootstrap_servers, max_batch_size=256 * 1024)
    await producer.start()
    try:
        sent = []
        for key, value in messages(count):
            partition = (murmur2(key) & 0x7FFFFFFF) % PARTITIONS
            sent.append(await producer.send(own.topic_prefix + IN, value, key, partition=partition, headers=_HEADERS))
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def _answered(own: Place, count: int, running: Child) -> float:
    """The moment when the answers stood on their topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=own.servers.bootstrap_servers)
    partitions = [TopicPartition(own.topic_prefix + OUT, number) for number in range(PARTITIONS)]
    await consumer.start()
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            while sum((await consumer.end_offsets(partitions)).values()) < count:
                if not running.alive:
                    raise running.trouble("ended before it had answered all")
                await asyncio.sleep(_LOOK_SECONDS)
        return time.monotonic()
    finally:
        await consumer.stop()


async def _check(own: Place, count: int) -> None:
    """A figure counts only if every message was stored, remembered and answered exactly once."""
    connection = await asyncpg.connect(own.database_url)
    stored, remembered, waiting = await connection.fetchrow(_COUNTS)
    await connection.close()
    name = own.topic_prefix + OUT
    answers = [from_json(value) for value in (await read_topics(own.servers.bootstrap_servers, [name]))[name]]
    different = len({(each["subject"], each["data"]["number"]) for each in answers})
    found = (stored, remembered, waiting, len(answers), different)
    if found != (count, count, 0, count, count):
        raise LauncherError(
            f"{count} messages made {stored} events, {remembered} inbox rows, {len(answers)} answers "
            f"({different} different), and {waiting} rows wait: the figure does not count"
        )


async def check_count(own: Place, name: str, count: int) -> None:
    """Raises LauncherError unless the table has as many rows as were to be written."""
    connection = await asyncpg.connect(own.database_url)
    found = await connection.fetchval(f"select count(*) from {name}")  # noqa: S608 - a constant of ours
    await connection.close()
    if found != count:
        raise LauncherError(f"{name}: {found} rows where {count} were to be written: the figure does not count")
