"""What the containers do before, beside and after the services."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.containers import outside
from deploy.containers.__main__ import main
from deploy.containers.healthy import healthy
from deploy.containers.place import Secrets, Settings, plan, published
from deploy.containers.steps import draw_secrets
from deploy.local import background, supervisor
from deploy.local.chain import SERVICES
from deploy.local.nca import Nca
from deploy.local.ports import free_port
from deploy.local.processes import LauncherError
from deploy.local.supervisor import State

AUTHORITY_FILES = ["nca.crl", "nca.pem"]
SETTINGS = Settings(portal_port=18_701, kafka_port=19_092)
DRAWN = Secrets("p/w", "token", "session", "esuvo's secret", "university's secret")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path / "egov"))
    return supervisor.home()


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


def files(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


def test_secrets_are_drawn_once_and_only_their_owner_reads_them(tmp_path: Path, home: Path) -> None:
    kept, published = tmp_path / "secrets", tmp_path / "authority"
    draw_secrets(SETTINGS, kept, published)
    first = files(kept) | files(published)
    draw_secrets(SETTINGS, kept, published)

    assert sorted(files(kept)) == [
        "esuvo-document-secret",
        "operator-token",
        "postgres-password",
        "session-secret",
        "university-is-document-secret",
    ]
    assert sorted(files(published)) == AUTHORITY_FILES
    assert files(kept) | files(published) == first
    assert {path.stat().st_mode & 0o777 for path in (*kept.iterdir(), *published.iterdir())} == {0o600}
    assert Nca.load(home / "nca").certificate.issuer


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
    draw_secrets(SETTINGS, tmp_path / "one", tmp_path / "authority")
    draw_secrets(SETTINGS, tmp_path / "another", tmp_path / "authority")

    assert Secrets.read(tmp_path / "one") != Secrets.read(tmp_path / "another")


def test_services_find_the_servers_of_the_other_containers() -> None:
    found = plan(SETTINGS, DRAWN)

    assert found.servers.bootstrap_servers == "kafka:19092"
    assert found.database_url("con") == "postgresql://egov:p%2Fw@postgres:5432/egov_up_con"
    assert found.operator_token == "token"


def test_people_are_told_the_addresses_of_the_host() -> None:
    told = published(SETTINGS, DRAWN)

    assert told["portal"] == "http://127.0.0.1:18701"
    assert told["esuvo"] == "http://127.0.0.1:8702"
    assert told["kafka"] == "127.0.0.1:19092"
    assert told["postgres"] == "postgresql://egov:p%2Fw@127.0.0.1:8732/postgres"
    assert told["nca"] == "http://127.0.0.1:8706"
    assert set(told) == {*SERVICES, "nca", "kafka", "postgres"}


@pytest.mark.usefixtures("in_container")
async def test_a_container_says_which_command_of_compose_does_what_it_cannot() -> None:
    with pytest.raises(LauncherError, match="logs esuvo`"):
        background.logs("esuvo", 5, follow=False)
    with pytest.raises(LauncherError, match="down --volumes`"):
        await background.reset()
    with pytest.raises(LauncherError, match=r"not ready yet.* logs egov`"):
        State.read()


def test_elsewhere_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(outside.VARIABLE, raising=False)

    outside.refuse("A container cannot fly", "up")


@pytest.mark.parametrize(("status", "expected"), [(200, True), (503, False)])
def test_a_service_is_healthy_when_it_is_ready(status: int, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with answering(status) as port:
        assert healthy(port) is expected


def test_a_service_that_does_not_answer_is_not_healthy() -> None:
    assert not healthy(free_port())


@pytest.mark.parametrize("words", [[], ["fly"], ["service", "nobody"], ["hold", "on"], ["nca", "twice"]])
def test_words_that_are_no_command_are_refused_with_what_is(words: list[str]) -> None:
    with pytest.raises(LauncherError, match=r"secrets \| databases \| service NAME \| nca \| hold"):
        main(words)
