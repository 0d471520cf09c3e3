"""What answers at our address and is not ours is never taken for ours: another chain's process, or any other program."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.local.chain import chain as chain_module
from deploy.local.chain.chain import answers, chain_behind, doors_of
from deploy.local.chain.patience import client
from deploy.local.chain.plan import drop_databases
from deploy.local.errors import LauncherError
from deploy.local.servers import kafka, postgres
from deploy.local.servers.infra import RunningServers, local_servers_async
from deploy.local.servers.ports import HOST, Door, PortTaken
from deploy.local.servers.processes import Process
from deploy.local.servers.topics import delete_topics
from tests.support.chain import chain_of, plan_for
from tests.support.process import NOON


class _SaysReady(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ready"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of a foreign server that says yes to everything."""
    with HTTPServer((HOST, 0), _SaysReady) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


class Squatted:
    """`Door.claim` as it was when ports were only looked at: the first claims come too late."""

    def __init__(self, *ports: int) -> None:
        self._late = list(ports)
        self._claim = Door.claim
        self.given: list[int] = []

    def __call__(self, wanted: int, who: str) -> Door:
        door = Door(self._late.pop(0), socket.socket()) if self._late else self._claim(wanted, who)
        self.given.append(door.port)
        return door


async def test_a_server_that_says_ready_is_not_a_process_of_ours(stranger: int) -> None:
    async with client(timeout=5.0) as http:
        says = (await http.get(f"http://{HOST}:{stranger}/health/ready")).is_success
        ours = await answers(http, f"http://{HOST}:{stranger}/health/ready", "some-chain")()

    assert says
    assert not ours


async def test_two_chains_side_by_side_never_meet(
    running_servers: RunningServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one believes in a port that a process of the first one answers at, as a port that was only looked at."""
    beside = plan_for(running_servers, tmp_path / "second", NOON)

    def binds_itself(*arguments: Any) -> Process:  # Any: they are passed on
        process = made(*arguments)
        process.listener = None
        return process

    made = chain_module.service_process
    async with chain_of(plan_for(running_servers, tmp_path / "first", NOON)) as first:
        port = int(first.url("portal").rpartition(":")[2])
        async with client(timeout=5.0) as http:
            said = [
                (await http.get(f"{url}/health/{question}")).headers["x-egov-chain"]
                for url in first.urls.values()
                for question in ("live", "ready")
            ]
        assert set(said) == {first.plan.chain_id}
        monkeypatch.setattr(chain_module, "service_process", binds_itself)
        with doors_of(beside) as doors:
            late = {**doors, "portal": Door(port, socket.socket())}
            with pytest.raises(LauncherError, match="portal ended with code"):
                async with chain_behind(late, beside):
                    pass
            late["portal"].close()
        await drop_databases(beside)
        await delete_topics(beside.servers.bootstrap_servers, beside.topic_prefix)
        with pytest.raises(PortTaken, match=f"Port {port} for portal"):
            Door.claim(port, "portal")
        first.retire("portal")
        with pytest.raises(PortTaken):  # not even while it is dead
            Door.claim(port, "portal")


async def test_a_broker_and_a_database_whose_ports_were_taken_go_elsewhere(
    running_servers: RunningServers, stranger: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a foreign server and by those of another chain."""
    assert running_servers.kafka is not None
    assert running_servers.postgres is not None
    late = Squatted(running_servers.kafka.port, stranger, running_servers.postgres.port)
    monkeypatch.setattr(Door, "claim", late)
    async with local_servers_async(tmp_path, environ={}) as found:
        assert found.kafka is not None
        assert found.postgres is not None
        used = {found.kafka.port, found.kafka.controller_port, found.postgres.port}
        ours = await kafka.cluster_at(found.servers.bootstrap_servers)
        theirs = await kafka.cluster_at(running_servers.servers.bootstrap_servers)

    assert used.isdisjoint({running_servers.kafka.port, stranger, running_servers.postgres.port})
    assert ours is not None
    assert ours != theirs


async def test_another_broker_or_database_is_known_by_its_name(running_servers: RunningServers) -> None:
    servers = running_servers.servers
    assert running_servers.postgres is not None

    assert await kafka.answers(servers.bootstrap_servers)
    assert not await kafka.answers(servers.bootstrap_servers, cluster="another")
    assert await postgres.answers(servers.postgres_url, cluster=running_servers.postgres.cluster)
    assert not await postgres.answers(servers.postgres_url, cluster="another")


async def test_a_stranger_is_neither_a_broker_nor_a_database(stranger: int) -> None:
    url = f"postgresql://egov:x@{HOST}:{stranger}/postgres"
    found = await asyncio.gather(
        kafka.answers(f"{HOST}:{stranger}", 1.0, cluster="ours"), postgres.answers(url, 1.0, cluster="ours")
    )

    assert not any(found)


async def test_a_broker_on_a_port_that_was_asked_for_says_who_has_it(
    running_servers: RunningServers, tmp_path: Path
) -> None:
    assert running_servers.kafka is not None
    port = running_servers.kafka.port
    with pytest.raises(PortTaken, match=f"Port {port} for Kafka"):
        async with local_servers_async(tmp_path, kafka_port=port, environ={}):
            pass

    with closing(Door.claim(0, "anybody")):
        assert replace(running_servers.kafka).port == port
