"""deploy/compose.yaml says what the code that runs in its containers expects."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from deploy.containers.place import BOOTSTRAP_SERVERS, NCA_URL, PORTS, Settings
from deploy.containers.secrets import CLUSTER, DISK, DRAWN, POSTGRES_PASSWORD, ROOM_OF_KAFKA, ROOMS, SHARES
from deploy.local.background.outside import AUTHORITY
from deploy.local.chain.plan import SERVICES

DEPLOY: Final = Path(__file__).resolve().parents[3] / "deploy"
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]  # Any: YAML
ORDER: Final = ("postgres", "databases", "topics", *SERVICES, "nca", "egov")
PUBLISHED: Final = [(name, port) for name, service in COMPOSE.items() for port in service.get("ports", ())]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_listens_and_is_asked_for_its_health_where_others_look_for_it(service: str) -> None:
    told = COMPOSE[service]

    assert told["command"][-2:] == ["service", service]
    assert told["ports"][0].endswith(f":{PORTS[service]}")
    assert told["healthcheck"]["test"][-1] == str(PORTS[service])


@pytest.mark.parametrize(("name", "port"), PUBLISHED, ids=[name for name, _ in PUBLISHED])
def test_a_port_is_published_on_loopback_and_can_be_chosen(name: str, port: str) -> None:
    found = re.fullmatch(r"127\.0\.0\.1:\$\{EGOV_(\w+)_PORT:-([0-9]+)\}:[0-9]+", port)

    assert found, f"{name}: write 127.0.0.1:${{EGOV_{name.upper()}_PORT:-NUMBER}}:NUMBER"
    assert found[1] == name.upper()
    assert int(found[2]) == Settings.model_fields[f"{name}_port"].default


def test_the_authority_shows_itself_where_others_look_for_it_and_writes_nothing() -> None:
    told = COMPOSE["nca"]

    assert f"http://nca:{told['healthcheck']['test'][-1]}" == NCA_URL
    assert told["command"][-1] == "nca"
    assert told["volumes"] == [f"secrets-nca:{ROOMS}/nca:ro", "chain:/var/lib/egov:ro"]


def test_the_container_of_the_command_hears_of_every_chosen_port() -> None:
    told = set(COMPOSE["egov"]["environment"])

    assert {f"EGOV_{name.upper()}_PORT" for name, _ in PUBLISHED} <= told


def test_the_broker_is_of_the_version_that_the_launcher_fetches() -> None:
    version = re.search(r"<artifactId>kafka_2.13</artifactId>\s*<version>(.+)</version>", _pom())

    assert version
    assert COMPOSE["kafka"]["image"] == f"apache/kafka:{version[1]}"


def test_the_broker_tells_clients_in_other_containers_where_they_find_it() -> None:
    assert f"INSIDE://{BOOTSTRAP_SERVERS}" in COMPOSE["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


def test_the_database_reads_its_password_where_it_is_written() -> None:
    told = COMPOSE["postgres"]

    assert told["environment"]["POSTGRES_PASSWORD_FILE"] == str(ROOMS / "postgres" / POSTGRES_PASSWORD)
    assert f"secrets-postgres:{ROOMS}/postgres:ro" in told["volumes"]


def test_a_container_mounts_its_own_secrets_only_and_cannot_write_them() -> None:
    mounted = {
        name: [each for each in told.get("volumes", ()) if isinstance(each, str) and each.startswith("secrets")]
        for name, told in COMPOSE.items()
    }
    drawing = mounted.pop("secrets")

    assert drawing == [
        f"secrets:{ROOMS}/{DRAWN}",
        *(f"secrets-{room}:{ROOMS}/{room}" for room in ("kafka", *ORDER)),
    ]
    assert set(ORDER) == set(SHARES)
    assert mounted == {
        "kafka": [],  # in the long form: see below
        **{room: [f"secrets-{room}:{ROOMS}/{room}:ro"] for room in SHARES},
    }


def test_the_broker_s_own_room_is_where_its_image_looks_for_settings() -> None:
    (room,) = [each for each in COMPOSE["kafka"]["volumes"] if "secrets-kafka" in str(each)]

    assert room == {
        "type": "volume",
        "source": "secrets-kafka",
        "target": str(ROOM_OF_KAFKA),
        "read_only": True,
        "volume": {"nocopy": True},
    }


def test_the_image_has_each_room_for_the_account_that_writes_it() -> None:
    recipe = (DEPLOY / "Dockerfile").read_text()

    assert [room for room in (DRAWN, "kafka", *SHARES) if f" {ROOMS}/{room}" not in recipe] == []


@pytest.mark.parametrize("name", COMPOSE)
def test_every_container_gives_its_capabilities_up_and_cannot_write_to_its_root(name: str) -> None:
    told = COMPOSE[name]

    assert told["cap_drop"] == ["ALL"]
    assert "cap_add" not in told
    assert told["security_opt"] == ["no-new-privileges:true"]
    # Kafka's image writes its settings and logs beside its programs at each start.
    assert told.get("read_only", False) is (name != "kafka")


def test_the_disk_is_formatted_for_the_broker_that_is_then_started_on_it() -> None:
    told, disk = COMPOSE["kafka"]["environment"], dict(line.split("=", 1) for line in DISK.splitlines())

    assert told["CLUSTER_ID"] == CLUSTER
    assert str(told["KAFKA_NODE_ID"]) == disk["node.id"]
    assert told["KAFKA_CONTROLLER_QUORUM_VOTERS"] == disk["controller.quorum.voters"]
    assert told["KAFKA_LOG_DIRS"] == disk["log.dirs"]
    assert f"{ROOM_OF_KAFKA}/format.arguments" in COMPOSE["kafka"]["command"][-1]


def test_the_command_writes_what_the_authority_publishes_for_judges_of_signatures() -> None:
    mounted = {
        name: [each for each in told.get("volumes", ()) if str(AUTHORITY) in each] for name, told in COMPOSE.items()
    }

    assert {name: each for name, each in mounted.items() if each} == {
        "secrets": [f"authority:{AUTHORITY}"],
        "portal": [f"authority:{AUTHORITY}:ro"],
        "esuvo": [f"authority:{AUTHORITY}:ro"],
        "university_is": [f"authority:{AUTHORITY}:ro"],
        "egov": [f"authority:{AUTHORITY}"],
    }


def test_what_works_for_ever_is_started_again_and_what_is_done_once_is_not() -> None:
    restarted = {name for name, service in COMPOSE.items() if service.get("restart") == "unless-stopped"}

    assert restarted == set(COMPOSE) - {"secrets", "databases", "topics"}


def _pom() -> str:
    return (DEPLOY / "local" / "servers" / "pom.xml").read_text()
