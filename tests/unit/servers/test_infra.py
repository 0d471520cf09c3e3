"""Existing servers are named by the environment; a wrong name is answered with variable, rule and remedy."""

from pathlib import Path

import pytest

from deploy.local.errors import LauncherError
from deploy.local.servers import infra
from deploy.local.servers.infra import check_kafka, check_postgres, local_servers
from deploy.local.servers.ports import free_port


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra, "_REACH_SECONDS", 2.0)


async def test_an_unreachable_kafka_names_variable_rule_and_remedy() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(LauncherError) as refusal:
        await check_kafka(address)

    message = str(refusal.value)
    assert message.startswith(f"KAFKA_BOOTSTRAP_SERVERS={address}: no Kafka answers there")
    assert "must name reachable brokers as host:port,host:port" in message
    assert "or unset it" in message


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1", "127.0.0.1:port"])
async def test_a_malformed_kafka_address_gets_the_same_answer(address: str) -> None:
    with pytest.raises(LauncherError, match="host:port,host:port"):
        await check_kafka(address)


@pytest.mark.parametrize("form", ["postgresql://egov:very-secret@127.0.0.1:{}/postgres", "mysql://egov:very-secret@db"])
async def test_an_unusable_postgres_names_variable_rule_and_remedy_but_no_password(form: str) -> None:
    with pytest.raises(LauncherError) as refusal:
        await check_postgres(form.format(free_port()))

    message = str(refusal.value)
    assert message.startswith("EGOV_POSTGRES_URL: no PostgreSQL lets us in there")
    assert "must read postgresql://user:password@host:port/postgres" in message
    assert "or unset it" in message
    assert "very-secret" not in message


def test_the_launcher_refuses_servers_that_it_cannot_reach(tmp_path: Path) -> None:
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{free_port()}",
        "EGOV_POSTGRES_URL": f"postgresql://egov:x@127.0.0.1:{free_port()}/postgres",
    }

    with (
        pytest.raises(LauncherError, match=r"KAFKA_BOOTSTRAP_SERVERS|EGOV_POSTGRES_URL"),
        local_servers(tmp_path, environ=environ),
    ):
        pass


def test_two_runs_cannot_share_a_run_directory(tmp_path: Path) -> None:
    with (
        infra.alone_in(tmp_path),
        pytest.raises(LauncherError, match="another run uses this run directory"),
        local_servers(tmp_path, environ={}),
    ):
        pass
