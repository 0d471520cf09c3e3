"""What `egov up` notes down about itself, and what it refuses to go on from."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from deploy.local.background import state as state_module
from deploy.local.background.state import State, Wish
from deploy.local.background.supervisor import hold, plan, require_same_wiring
from deploy.local.chain.plan import SERVICES
from deploy.local.errors import LauncherError
from deploy.local.servers.infra import Servers, alone_in
from deploy.local.servers.postgres import discard_outside_data, outside_data_are_gone

WISH = Wish(datetime(2016, 2, 15, 3, tzinfo=UTC), rate=0.5, seed=7, port_base=18_700, kafka_port=19_092)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EGOV_CACHE_DIR", str(tmp_path))
    state_module.home().mkdir()
    return state_module.home()


def state() -> State:
    return State(
        pid=os.getpid(),
        started=psutil.Process().create_time(),
        urls={},
        bootstrap_servers="",
        postgres_url="",
        topic_prefix="",
        operator_token="made up",
        directory="",
    )


def outside(home: Path, data: Path) -> Path:
    """A database that keeps its data elsewhere, as one that root starts may have to."""
    (home / "postgres").mkdir()
    (home / "postgres" / "data-lie-in").write_text(str(data))
    return home / "postgres"


def test_a_wish_comes_back_from_the_command_line_as_it_was() -> None:
    partial = replace(WISH, without=("university_is",))

    assert Wish.from_json(WISH.to_json()) == WISH
    assert Wish.from_json(partial.to_json()) == partial


def test_a_chain_goes_on_only_as_its_requests_went_before(home: Path) -> None:
    over_gateway = replace(WISH, gateway_on_request_leg=True)
    require_same_wiring(home, over_gateway)
    require_same_wiring(home, over_gateway)

    with pytest.raises(LauncherError, match="egov reset"):
        require_same_wiring(home, WISH)


def test_data_of_before_the_switch_are_of_a_chain_without_it(home: Path) -> None:
    (home / "nca").mkdir()

    with pytest.raises(LauncherError, match="carries notices"):
        require_same_wiring(home, replace(WISH, gateway_on_request_leg=True))
    require_same_wiring(home, WISH)


def test_ports_follow_from_their_base_and_0_leaves_them_to_the_system() -> None:
    free = replace(WISH, port_base=0)

    assert WISH.ports == dict(zip(SERVICES, range(18_701, 18_706), strict=True))
    assert (WISH.nca_port, WISH.postgres_port) == (18_706, 18_732)
    assert (free.ports, free.nca_port, free.postgres_port) == ({}, 0, 0)


def test_the_portal_asks_the_authority_only_if_that_is_wished() -> None:
    servers, url = Servers("localhost:9092", "postgresql://localhost/postgres"), "http://127.0.0.1:18706"

    assert plan(replace(WISH, ocsp=True), servers, "", url).environment["PORTAL_OCSP_URL"] == f"{url}/ocsp"
    assert "PORTAL_OCSP_URL" not in plan(WISH, servers, "", url).environment


def test_the_state_of_a_running_chain_is_read_back_and_is_its_owners_alone(home: Path) -> None:
    with alone_in(home):
        state().write()
        found = State.read()

    assert found == state()
    assert (home / "state.json").stat().st_mode & 0o777 == 0o600


def test_a_state_whose_process_is_another_by_now_is_no_chain() -> None:
    replace(state(), started=0.0).write()

    with pytest.raises(LauncherError, match="has ended"):
        State.read()


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense"])
def test_a_spoilt_state_is_no_chain(home: Path, text: str) -> None:
    (home / "state.json").write_text(text)

    with pytest.raises(LauncherError, match="No chain runs"):
        State.read()


def test_data_outside_are_removed_with_the_rest(home: Path, tmp_path: Path) -> None:
    data = tmp_path / "elsewhere"
    (data / "data").mkdir(parents=True)
    directory = outside(home, data)
    discard_outside_data(directory)

    assert list(tmp_path.glob("elsewhere*")) == []
    assert not outside_data_are_gone(directory)


async def test_a_chain_whose_databases_were_removed_is_not_started_on_what_is_left(home: Path, tmp_path: Path) -> None:
    outside(home, tmp_path / "swept away")

    with pytest.raises(LauncherError, match="Forget the rest with `egov reset`"):
        await hold(WISH)
