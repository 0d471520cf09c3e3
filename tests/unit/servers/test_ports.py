"""A port that a chain has claimed is nobody else's, whether or not its server runs at the moment."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from http.server import HTTPServer, SimpleHTTPRequestHandler

import pytest

from deploy.local.errors import LauncherError
from deploy.local.servers import ports
from deploy.local.servers.ports import HOST, Door, PortTaken, answered, free_port, is_free


@pytest.fixture
def door() -> Iterator[Door]:
    with closing(Door.claim(0, "a test")) as claimed:
        yield claimed


def test_a_claimed_port_is_no_other_chains_while_its_server_is_away(door: Door) -> None:
    with pytest.raises(PortTaken):
        Door.claim(door.port, "another chain")
    assert not answered(door.port)


def test_a_claimed_port_is_no_other_programs_though_it_reuses_addresses(door: Door) -> None:
    with closing(door.listener()):
        pass

    with pytest.raises(OSError, match="in use"):
        HTTPServer((HOST, door.port), SimpleHTTPRequestHandler)


def test_our_server_listens_and_listens_again_after_its_end(door: Door) -> None:
    seen = []
    for _ in range(2):
        with (
            closing(door.listener()) as listening,
            socket.create_connection((HOST, door.port)),
            closing(listening.accept()[0]),
        ):
            seen.append(answered(door.port))
        seen.append(answered(door.port))

    assert seen == [True, False, True, False]


def test_a_lent_port_lets_a_server_in_that_binds_it_itself_and_no_other_chain(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.lend()
    monkeypatch.setattr(ports, "_PORTS", range(door.port, door.port + 1))
    monkeypatch.setattr(ports, "_TRIES", 1)

    with pytest.raises(LauncherError, match="None of 1 ports tried for another chain"):
        Door.claim(0, "another chain")
    with HTTPServer((HOST, door.port), SimpleHTTPRequestHandler):
        assert answered(door.port)


def test_who_has_a_port_is_named() -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"Port {port} for portal: another program \(.*, pid {os.getpid()}\)"):
            Door.claim(port, "portal")


def test_a_port_is_claimed_again_while_connections_of_the_last_server_linger() -> None:
    port = free_port()
    with closing(Door.claim(port, "portal")) as first, closing(first.listener()) as listening:
        there = socket.create_connection((HOST, port))
        listening.accept()[0].close()  # who closes first is the one that lingers
        there.close()

    with closing(Door.claim(port, "portal")) as second, closing(second.listener()):
        assert answered(port)


def test_a_door_that_was_closed_is_free(door: Door) -> None:
    door.close()

    assert is_free(door.port)
