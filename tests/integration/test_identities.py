"""A broker that asks who comes: each user does what the data say, and is refused the rest at the door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from contracts import sim_clock
from contracts.topics import SERVICES, TOPICS
from deploy.local.errors import LauncherError
from deploy.local.servers.identities import BROKER, CONDUCTOR, OPERATOR
from deploy.local.servers.infra import RunningServers, Servers, local_servers_async
from deploy.local.servers.kafka import answers
from deploy.local.servers.processes import wait_until
from deploy.local.servers.rights import Kind, Operation, Right, grant, open_broker, rights
from deploy.local.servers.topics import read_topics
from services._chassis.broker import Broker, client_options
from services._chassis.topics import make

CASES = "university.cases.v1"
WITHIN_MS = 5_000
WITHIN = 30.0
WRITES = [(each.writers[0], each.name) for each in TOPICS]
READS = [(service, each.name) for each in TOPICS for service in each.consumers]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServers]:
    directory = tmp_path_factory.mktemp("secure")
    async with local_servers_async(directory, environ={}, secure=True) as servers:
        await open_broker(servers.servers, "")
        yield servers


@pytest.fixture
def servers(running: RunningServers) -> Servers:
    return running.servers


@asynccontextmanager
async def producer(broker: Broker, *, idempotent: bool) -> AsyncIterator[Any]:  # Any: aiokafka ships no types
    found = AIOKafkaProducer(
        **client_options(broker), acks="all", enable_idempotence=idempotent, request_timeout_ms=WITHIN_MS
    )
    try:
        await found.start()
        yield found
    finally:
        await found.stop()


async def write(broker: Broker, topic: str, *, idempotent: bool = True) -> str:
    """Raises what the broker's refusal is; else the topic that the broker put the record into."""
    async with producer(broker, idempotent=idempotent) as mine:
        record = await mine.send_and_wait(topic, b"{}", key=b"key")
        return str(record.topic)


async def read(broker: Broker, topic: str, group: str | None = None) -> set[str]:
    """Raises what the broker's refusal is; else the topics that it would have given all there is of."""
    consumer = AIOKafkaConsumer(topic, **client_options(broker), group_id=group, request_timeout_ms=WITHIN_MS)
    try:
        await consumer.start()
        await consumer.getmany(timeout_ms=100)
        return {each.topic for each in consumer.assignment()}
    finally:
        await consumer.stop()


@pytest.mark.parametrize(("user", "topic"), WRITES)
async def test_a_writer_writes_its_own_topic(servers: Servers, user: str, topic: str) -> None:
    assert await write(servers.broker(user), topic) == topic


@pytest.mark.parametrize(("user", "topic"), READS)
async def test_a_consumer_reads_what_it_hears(servers: Servers, user: str, topic: str) -> None:
    assert await read(servers.broker(user), topic) == {topic}


async def test_a_stolen_password_of_the_portal_cannot_write_what_a_university_says(servers: Servers) -> None:
    before = await read_topics(servers.broker(CONDUCTOR), [CASES])
    with pytest.raises(TopicAuthorizationFailedError):
        await write(servers.broker("portal"), CASES)

    assert await read_topics(servers.broker(CONDUCTOR), [CASES]) == before


@pytest.mark.parametrize("user", [*SERVICES, OPERATOR])
async def test_nobody_but_the_conductor_sets_the_clock(servers: Servers, user: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await write(servers.broker(user), sim_clock.TOPIC, idempotent=False)


@pytest.mark.parametrize("topic", ["esuvo.requests.v1", CASES, "con.applications.v1", f"{CASES}.dead"])
async def test_the_portal_does_not_learn_what_it_need_not_know(servers: Servers, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await read(servers.broker("portal"), topic)


async def test_a_service_takes_no_other_s_place_in_the_topics(servers: Servers) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        await read(servers.broker("con"), CASES, group="esuvo")


async def test_a_bystander_reads_all_and_writes_nothing(servers: Servers) -> None:
    await write(servers.broker("university_is"), CASES)

    assert (await read_topics(servers.broker(OPERATOR), [CASES]))[CASES]
    with pytest.raises(TopicAuthorizationFailedError):
        await write(servers.broker(OPERATOR), CASES, idempotent=False)


@pytest.mark.parametrize("user", ["portal", OPERATOR])
async def test_a_service_makes_and_removes_no_topic(servers: Servers, user: str) -> None:
    admin = AIOKafkaAdminClient(**client_options(servers.broker(user)))
    await admin.start()
    try:
        made = await admin.create_topics([NewTopic("mine", 1, 1)])
        removed = await admin.delete_topics(["portal.applications.v1"])
    finally:
        await admin.close()

    assert [code for _, code, *_ in made.topic_errors] == [TopicAuthorizationFailedError.errno]
    assert [code for _, code in removed.topic_error_codes] == [TopicAuthorizationFailedError.errno]


async def test_a_service_whose_topics_are_missing_says_who_must_make_them(servers: Servers) -> None:
    with pytest.raises(KafkaError, match=r"topic other\..* is not there, and whoever launches the chain must make it"):
        await make(servers.broker("portal"), "other.", ["portal.applications.v1"], 4, 1)


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_whoever_does_not_say_who_they_are_is_not_let_in(servers: Servers, password: str) -> None:
    nobody = Broker(servers.bootstrap_servers, "portal" if password else "", password)

    with pytest.raises(KafkaError):
        await write(nobody, "portal.applications.v1")
    assert not await answers(nobody)


async def test_the_controller_s_door_is_shut_as_well(running: RunningServers) -> None:
    assert running.kafka is not None
    door = f"127.0.0.1:{running.kafka.controller_port}"
    portal = running.servers.broker("portal")

    for broker in (Broker(door), Broker(door, portal.user, portal.password)):
        with pytest.raises(KafkaConnectionError):
            await write(broker, CASES)


async def test_what_an_earlier_release_allowed_and_this_one_does_not_ends(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = Right("portal", Operation.WRITE, Kind.TOPIC, "esuvo.blanks.v1")
    with monkeypatch.context() as earlier:
        earlier.setattr("deploy.local.servers.rights.rights", lambda prefix: rights(prefix) | {over})
        await grant(servers.broker(BROKER), "")
    await wait_until(lambda: may_write(servers, over), WITHIN, "the right to come into force", every_seconds=0.1)
    await grant(servers.broker(BROKER), "")

    async def ended() -> bool:
        return not await may_write(servers, over)

    await wait_until(ended, WITHIN, "the right to end", every_seconds=0.1)


async def may_write(servers: Servers, right: Right) -> bool:
    """What the controller has decided the broker knows a moment later."""
    try:
        await write(servers.broker(right.user), right.name)
    except TopicAuthorizationFailedError:
        return False
    return True


async def test_no_password_is_on_a_command_line_or_open_to_others(running: RunningServers) -> None:
    assert running.kafka is not None
    assert running.servers.identities is not None
    passwords = running.servers.identities.passwords.values()
    lines = [line for each in psutil.process_iter() for line in _command_line(each)]
    files = [each for each in running.kafka.directory.rglob("*") if each.is_file()]
    with_passwords = [each for each in files if any(word.encode() in each.read_bytes() for word in passwords)]

    assert not [line for line in lines for word in passwords if word in line]
    assert {each.parent.name for each in with_passwords} == {"identities", "kafka"}
    assert {each.stat().st_mode & 0o777 for each in with_passwords} == {0o600}


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


async def test_somebody_else_s_broker_gets_no_users_of_ours(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match=r"--secure with KAFKA_BOOTSTRAP_SERVERS.* Unset the variable"):
        async with local_servers_async(tmp_path, environ={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}, secure=True):
            pass
