"""What the containers do before, beside and after the services."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.containers.__main__ import main
from deploy.containers.healthy import healthy
from deploy.containers.place import Settings, plan, published
from deploy.containers.secrets import ALL, SHARES, Secrets, database, login
from deploy.containers.secrets import DRAWN as ROOM_OF_ALL
from deploy.containers.steps import draw_secrets
from deploy.local.authority.nca import Nca
from deploy.local.background import commands as background
from deploy.local.background import outside, state
from deploy.local.background.state import State
from deploy.local.chain.plan import SERVICES
from deploy.local.errors import LauncherError
from deploy.local.servers.identities import BROKER, USERS
from deploy.local.servers.ports import free_port
from services._chassis.broker import Broker

AUTHORITY_FILES = ["nca.crl", "nca.pem"]
SETTINGS = Settings(portal_port=18_701, kafka_port=19_092)
DRAWN = Secrets(
    {
        "postgres-password": "p/w",
        "operator-token": "token",
        "database-con": "base/",
        "kafka-con": "broker's",
    }
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path / "egov"))
    return state.home()


@pytest.fixture
def in_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outside.VARIABLE, outside.COMPOSE)


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """The test says enough."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def modes(directory: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in directory.iterdir()}


def files(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


def test_secrets_are_drawn_once_and_only_their_owner_reads_them(tmp_path: Path, home: Path) -> None:
    rooms, published = tmp_path / "rooms", tmp_path / "authority"
    draw_secrets(SETTINGS, rooms, published)
    first = files(rooms / ROOM_OF_ALL) | files(published)
    draw_secrets(SETTINGS, rooms, published)

    assert sorted(files(rooms / ROOM_OF_ALL)) == sorted(ALL)
    assert sorted(files(published)) == AUTHORITY_FILES
    assert files(rooms / ROOM_OF_ALL) | files(published) == first
    assert modes(rooms / ROOM_OF_ALL) == modes(published) == {0o600}
    assert Nca.load(home / "nca").certificate.issuer


def test_each_container_has_its_own_share_and_nobody_else_s(tmp_path: Path) -> None:
    draw_secrets(SETTINGS, tmp_path / "rooms", tmp_path / "authority")
    shares = {room: files(tmp_path / "rooms" / room) for room in SHARES}
    own = {service: {database(service), login(service)} for service in SERVICES}

    assert {room: set(share) for room, share in shares.items()} == {room: set(names) for room, names in SHARES.items()}
    for service, others in ((one, own.keys() - {one}) for one in SERVICES):
        assert own[service] <= shares[service].keys()
        assert not [name for other in others for name in own[other] if name in shares[service]]
        assert "postgres-password" not in shares[service]
        assert login(BROKER) not in shares[service]
    assert {
        room: modes(tmp_path / "rooms" / room) for room in SHARES if modes(tmp_path / "rooms" / room) != {0o600}
    } == {"postgres": {0o640}}


def test_the_broker_is_told_everybody_s_password_in_files_and_in_no_command(tmp_path: Path) -> None:
    draw_secrets(SETTINGS, tmp_path / "rooms", tmp_path / "authority")
    drawn, told = Secrets.read(ROOM_OF_ALL, tmp_path / "rooms"), files(tmp_path / "rooms" / "kafka")

    assert modes(tmp_path / "rooms" / "kafka") == {0o640}
    for user in USERS:
        assert f"[name={user},password={drawn.values[login(user)]}]" in told["format.arguments"]
    assert "super.users = User:broker" in told["server.properties"]


def test_what_was_revoked_is_so_after_the_next_start(tmp_path: Path, home: Path) -> None:
    kept, published = tmp_path / "secrets", tmp_path / "authority"
    draw_secrets(SETTINGS, kept, published)
    Nca.load(home / "nca").publish(home / "nca", SETTINGS.at + timedelta(days=1))
    newest = (home / "nca" / "nca.crl").read_text()
    draw_secrets(SETTINGS, kept, published)

    assert (published / "nca.crl").read_text() == newest


def test_a_chain_whose_requests_went_the_other_way_is_not_gone_on_with(tmp_path: Path) -> None:
    draw_secrets(SETTINGS, tmp_path / "secrets", tmp_path / "authority")
    otherwise = SETTINGS.model_copy(update={"gateway_on_request_leg": True})

    with pytest.raises(LauncherError, match="down --volumes`"):
        draw_secrets(otherwise, tmp_path / "secrets", tmp_path / "authority")


def test_requests_go_over_the_gateway_if_the_environment_wishes_it() -> None:
    wired = plan(SETTINGS.model_copy(update={"gateway_on_request_leg": True}), DRAWN).environment

    assert wired["SHEP_GATEWAY_ON_REQUEST_LEG"] == wired["ESUVO_GATEWAY_ON_REQUEST_LEG"] == "true"
    assert "ESUVO_GATEWAY_ON_REQUEST_LEG" not in plan(SETTINGS, DRAWN).environment


def test_the_portal_asks_the_container_of_the_authority_if_the_environment_wishes_it() -> None:
    asking = plan(SETTINGS.model_copy(update={"ocsp": True}), DRAWN).environment

    assert asking["PORTAL_OCSP_URL"] == "http://nca:8706/ocsp"
    assert "PORTAL_OCSP_URL" not in plan(SETTINGS, DRAWN).environment


def test_two_chains_share_no_secret(tmp_path: Path) -> None:
    for chain in ("one", "another"):
        draw_secrets(SETTINGS, tmp_path / chain, tmp_path / "authority")
    one, another = (Secrets.read(ROOM_OF_ALL, tmp_path / chain).values for chain in ("one", "another"))

    assert not set(one.values()) & set(another.values())


def test_services_find_the_servers_of_the_other_containers() -> None:
    found = plan(SETTINGS, DRAWN)

    assert found.servers.bootstrap_servers == "kafka:19092"
    assert found.servers.broker("con") == Broker("kafka:19092", "con", "broker's")
    assert found.database_url("con") == "postgresql://egov_up_con:base%2F@postgres:5432/egov_up_con"
    assert found.operator_token == "token"


def test_people_are_told_the_addresses_of_the_host() -> None:
    told = published(SETTINGS, DRAWN)

    assert told["portal"] == "http://127.0.0.1:18701"
    assert told["esuvo"] == "http://127.0.0.1:8702"
    assert told["kafka"] == "127.0.0.1:19092"
    assert told["postgres"] == "postgresql://egov:p%2Fw@127.0.0.1:8732/postgres"
    assert told["nca"] == "http://127.0.0.1:8706"
    assert told["kafka logins"] == "/run/egov/egov/kafka-operator"
    assert set(told) == {*SERVICES, "nca", "kafka", "kafka logins", "postgres"}


@pytest.mark.usefixtures("in_container")
async def test_a_container_says_which_command_of_compose_does_what_it_cannot() -> None:
    with pytest.raises(LauncherError, match="logs esuvo`"):
        background.logs("esuvo", 5, follow=False)
    with pytest.raises(LauncherError, match="down --volumes`"):
        await background.reset()
    with pytest.raises(LauncherError, match=r"not ready yet.* logs egov`"):
        State.read()


def refusal_of(what: str, instead: str) -> str | None:
    """What a command is answered with; None where it is carried out."""
    try:
        outside.refuse(what, instead)
    except LauncherError as error:
        return str(error)
    return None


def test_what_a_container_cannot_do_is_refused_there_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(outside.VARIABLE, "compose")
    within = refusal_of("A container cannot fly", "up")
    monkeypatch.delenv(outside.VARIABLE)

    assert within == "A container cannot fly. On the host: `docker compose -f deploy/compose.yaml up`."
    assert refusal_of("A container cannot fly", "up") is None


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_a_service_is_healthy_when_it_is_ready(status: int, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with answering(status) as port:
        assert healthy(port) is expected


def test_a_service_that_does_not_answer_is_not_healthy() -> None:
    assert not healthy(free_port())


@pytest.mark.parametrize("words", [[], ["fly"], ["service", "nobody"], ["hold", "on"], ["nca", "twice"]])
def test_words_that_are_no_command_are_refused_with_what_is(words: list[str]) -> None:
    with pytest.raises(LauncherError, match=r"secrets \| databases \| topics \| service NAME \| nca \| hold"):
        main(words)
