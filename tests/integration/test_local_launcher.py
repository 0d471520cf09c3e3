"""The real broker and the real database, as `make demo` starts them: what was promised survives their death."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.errors import LauncherError
from deploy.local.servers.infra import RunningServers, check_kafka, check_postgres, local_servers, local_servers_async
from deploy.local.servers.kafka import Kafka
from deploy.local.servers.ports import is_free
from deploy.local.servers.postgres import Postgres
from deploy.local.servers.processes import Process, wait_until

RUN = """
import json, sys, time
from pathlib import Path
from deploy.local.servers.infra import local_servers
with local_servers(Path(sys.argv[1]), environ={}) as running:
    print(json.dumps([running.kafka.process.pid, running.postgres.process.pid]), flush=True)
    time.sleep(120)
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServers]:
    with local_servers(tmp_path_factory.mktemp("launcher"), environ={}) as servers:
        yield servers


@pytest.fixture(scope="module")
def kafka(running: RunningServers) -> Kafka:
    assert running.kafka is not None
    return running.kafka


@pytest.fixture(scope="module")
def postgres(running: RunningServers) -> Postgres:
    assert running.postgres is not None
    return running.postgres


async def create_topic(kafka: Kafka, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def produce(kafka: Kafka, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def consume_first(kafka: Kafka, topic: str) -> bytes | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        message = await asyncio.wait_for(consumer.getone(), 20)
        value: bytes | None = message.value
        return value
    finally:
        await consumer.stop()


def family(*processes: Process) -> list[psutil.Process]:
    found = [psutil.Process(process.pid) for process in processes]
    return found + [child for process in found for child in process.children(recursive=True)]


async def launch_and_end(run_dir: Path, ending: signal.Signals) -> list[psutil.Process]:
    """What a launcher of its own had started when it got this signal."""
    launcher = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, str(run_dir), stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    assert launcher.stdout is not None
    found = [psutil.Process(pid) for pid in json.loads(await launcher.stdout.readline())]
    started = found + [child for process in found for child in process.children(recursive=True)]
    launcher.send_signal(ending)
    await launcher.wait()
    return started


def pid_files(run_dir: Path) -> list[Path]:
    return list(run_dir.glob("*.pid"))


def is_directory(path: Path) -> bool:
    return path.is_dir()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


async def test_a_message_outlives_the_death_of_the_broker(kafka: Kafka) -> None:
    await create_topic(kafka, "survivor")
    await produce(kafka, "survivor", b"still here")
    first = kafka.process.pid
    kafka.kill()
    died = is_free(kafka.port)
    await kafka.start()

    assert died
    assert kafka.process.pid != first
    assert await consume_first(kafka, "survivor") == b"still here"


async def test_a_committed_row_outlives_the_death_of_the_database(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("create table survivor (word text)")
    await connection.execute("insert into survivor values ('мұнда')")
    postgres.kill()
    died = is_free(postgres.port)
    await connection.close(timeout=5) if not connection.is_closed() else None
    await postgres.start()
    connection = await asyncpg.connect(postgres.url)
    word = await connection.fetchval("select upper(word) from survivor")
    await connection.close()

    assert died
    assert word == "МҰНДА"


async def test_the_database_keeps_its_promises_and_asks_for_the_password(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.url)
    settings = [await connection.fetchval(f"show {name}") for name in ("fsync", "synchronous_commit")]
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://egov:wrong@127.0.0.1:{postgres.port}/postgres")

    assert settings == ["on", "on"]


async def test_running_servers_pass_the_check_of_existing_ones(running: RunningServers) -> None:
    assert await refusal_of(check_kafka(running.servers.bootstrap_servers)) is None
    assert await refusal_of(check_postgres(running.servers.postgres_url)) is None


async def refusal_of(check: Awaitable[None]) -> str | None:
    """What a check says of servers that will not do; None of those that will."""
    try:
        await check
    except LauncherError as error:
        return str(error)
    return None


async def test_a_database_user_who_may_not_create_databases_is_refused(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("create role humble login password 'x'")
    await connection.close()

    with pytest.raises(LauncherError, match="EGOV_POSTGRES_URL: its user may not create databases"):
        await check_postgres(f"postgresql://humble:x@127.0.0.1:{postgres.port}/postgres")


async def test_existing_servers_are_used_and_left_running(running: RunningServers, tmp_path: Path) -> None:
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": running.servers.bootstrap_servers,
        "EGOV_POSTGRES_URL": running.servers.postgres_url,
    }
    async with local_servers_async(tmp_path, environ=environ) as found:
        assert found == RunningServers(running.servers, None, None)

    assert await refusal_of(check_kafka(running.servers.bootstrap_servers)) is None
    assert await refusal_of(check_postgres(running.servers.postgres_url)) is None


async def test_nothing_is_left_running_after_the_end(tmp_path: Path) -> None:
    async with local_servers_async(tmp_path, environ={}) as servers:
        assert servers.kafka is not None
        assert servers.postgres is not None
        ports = [servers.kafka.port, servers.kafka.controller_port, servers.postgres.port]
        data = servers.postgres.data
        started = family(servers.kafka.process, servers.postgres.process)

    assert len(started) > 2
    assert [process for process in started if not gone(process)] == []
    assert [port for port in ports if not is_free(port)] == []
    assert pid_files(tmp_path) == []
    assert data.is_relative_to(tmp_path) or not is_directory(data)


async def test_an_interrupted_launcher_takes_its_servers_along(tmp_path: Path) -> None:
    started = await launch_and_end(tmp_path, signal.SIGINT)

    await wait_until(lambda: all(gone(process) for process in started), 30, "the servers to end")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next run reaps what is left")
async def test_a_killed_launcher_takes_its_servers_along_and_its_directory_serves_again(tmp_path: Path) -> None:
    started = await launch_and_end(tmp_path, signal.SIGKILL)
    await wait_until(lambda: all(gone(process) for process in started), 30, "the servers to end")

    async with local_servers_async(tmp_path, environ={}) as servers:
        assert await refusal_of(check_kafka(servers.servers.bootstrap_servers)) is None
        assert await refusal_of(check_postgres(servers.servers.postgres_url)) is None
