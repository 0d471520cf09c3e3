"""The chain in containers, as its user runs it: up, an application to its end while a service is killed, down, up again."""

import asyncio
import json
import re
import secrets
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from cryptography import x509

from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential
from deploy.local.chain.plan import SERVICES
from deploy.local.files.applications import ApplicationRow, default_file, read_applications
from deploy.local.people.applicants import Applicant
from deploy.local.servers.ports import free_port
from deploy.local.servers.topics import read_topics
from law.universities import load_universities
from services._chassis.broker import Broker, client_options
from tests.support.chain import PLENTY
from tests.support.command import Done
from tests.support.standins import engine
from tests.support.standins.engine import COMPOSE_FILE, MissingError, Tools

pytestmark = pytest.mark.timeout(1800)  # a first build fetches images and packages
WITHIN = 600.0
START = "2016-02-15T09:00+06:00"
UP = ("up", "--detach", "--wait", "--wait-timeout", "300")
IMAGE = "egov-chain-test"
PUBLISHED = (*SERVICES, "nca", "kafka", "postgres")
WISHES = {"EGOV_AT": START, "EGOV_RATE": "0", "EGOV_OCSP": "true", "EGOV_GATEWAY_ON_REQUEST_LEG": "true"}


@dataclass
class Operator:
    """Somebody at a terminal with Compose; `said` keeps what each step of theirs came to, `seen` the portal's answers."""

    tools: Tools
    files: tuple[Path, ...]
    ports: dict[str, int]
    project: str = field(default_factory=lambda: f"egov-test-{secrets.token_hex(4)}")
    said: dict[str, Done] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)  # Any: JSON

    async def compose(self, *arguments: str) -> Done:
        files = [word for path in self.files for word in ("--file", str(path))]
        ports = {f"EGOV_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        built = {"EGOV_IMAGE": IMAGE, "EGOV_BASE": self.tools.base}
        return await ran(
            *self.tools.compose,
            *("--project-name", self.project, *files),
            *arguments,
            environ={**self.tools.environ, **ports, **built, **WISHES, "COLUMNS": "400"},
        )

    async def types(self, step: str, *arguments: str) -> str:
        self.said[step] = await self.compose(*arguments)
        return self.said[step].said

    async def egov(self, step: str, *arguments: str) -> str:
        return await self.types(step, "exec", "-T", "egov", "egov", *arguments)

    async def containers(self) -> list[dict[str, Any]]:
        """What the engine knows of them, with all that they were told. Any: JSON."""
        ids = (await self.compose("ps", "--quiet")).said.split()
        answer = await ran("docker", "inspect", *ids, environ=self.tools.environ)
        found: list[dict[str, Any]] = json.loads(answer.said)
        return found

    async def broker(self, container: str, user: str) -> Broker:
        """As somebody who may read this container's secrets comes to Kafka."""
        password = await self.compose("exec", "-T", container, "cat", f"/run/egov/{container}/kafka-{user}")
        return Broker(f"127.0.0.1:{self.ports['kafka']}", user, password.said)

    @asynccontextmanager
    async def applicant(self, row: ApplicationRow) -> AsyncIterator[Applicant]:
        """At the portal as the host sees it, with the certificates of `egov eds issue`."""
        signing, authentication = await self._credential("sign"), await self._credential("auth")
        url = f"http://127.0.0.1:{self.ports['portal']}"
        async with httpx.AsyncClient(base_url=url, timeout=30.0, trust_env=False) as http:
            moment = datetime.fromisoformat((await http.get("/stamp")).raise_for_status().json()["moment"])
            person = Person(row.iin, row.surname, row.name, row.patronymic)
            yield Applicant(http, person, signing, authentication, lambda: moment)

    async def _credential(self, name: str) -> Credential:
        pem = await self.compose("exec", "-T", "egov", "cat", f"applicant/{name}.pem")
        return Credential.from_pem(pem.said.encode())


async def ran(*command: str, environ: Mapping[str, str]) -> Done:
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT, env=dict(environ))
    try:
        async with asyncio.timeout(WITHIN):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Done(process.returncode or 0, said.decode())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Operator]:
    """All of it, once, in the order in which somebody would do it."""
    try:
        tools = await asyncio.to_thread(engine.tools)
        images = await asyncio.to_thread(engine.substitutes, tools)
    except MissingError as what:
        pytest.skip(f"containers: {what}")
    print(f"stand-ins for images that cannot be had here: {images or 'none'}")  # noqa: T201 - `pytest -rP` shows it
    ports: dict[str, int] = {}
    for name in PUBLISHED:
        ports[name] = free_port(*ports.values())
    override = engine.override(images, tmp_path_factory.mktemp("compose"))
    operator = Operator(tools, (COMPOSE_FILE, override), ports)
    try:
        await look_around(operator)
        await apply(operator)
        await stop_and_go_on(operator)
        yield operator
    finally:
        await operator.compose("down", "--volumes", "--timeout", "10")


async def look_around(operator: Operator) -> None:
    up = await operator.types("up", *UP, "--build")
    assert operator.said["up"].code == 0, up + (await operator.compose("logs", "--tail", "20")).said
    operator.seen["containers"] = await operator.containers()
    await operator.egov("status", "status")
    (login,) = re.findall(r"kafka logins +(\S+)", operator.said["status"].said)
    await operator.types("login", "exec", "-T", "egov", "cat", login)
    await operator.egov("egov up", "up")
    await operator.egov("egov down", "down")
    await operator.egov("egov reset", "reset")
    await operator.egov("egov logs", "logs", "portal")


async def apply(operator: Operator) -> None:
    """While esuvo is dead an application is filed; it is started again, and the rest follows."""
    row = somebody()
    patronymic = ("--patronymic", row.patronymic) if row.patronymic else ()
    person = ("--iin", row.iin, "--surname", row.surname, "--name", row.name, *patronymic)
    await operator.egov("issue", "eds", "issue", *person, "--out", "applicant")
    async with operator.applicant(row) as applicant:
        await applicant.register()
        await operator.types("kill", "kill", "esuvo")
        filed = (await applicant.file(row)).body
        operator.seen["filed"] = filed
        await operator.types("up after the kill", *UP)
        await operator.egov("forward", "clock", "forward")
        operator.seen["ended"] = (await applicant.look(filed["id"])).body
        await operator.types("restart", "restart", "portal")
        operator.seen["after the restart"] = (await applicant.look(filed["id"])).body


async def stop_and_go_on(operator: Operator) -> None:
    await operator.egov("rate", "clock", "rate", "60")
    await operator.egov("show before", "clock", "show")
    await operator.egov("revoke", "eds", "revoke", "applicant/sign.pem")
    async with operator.applicant(somebody()) as applicant:
        operator.seen["after the revocation"] = (await applicant.file(somebody())).body
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{operator.ports['nca']}", trust_env=False) as http:
        operator.seen["list"] = (await http.get("/nca.crl")).content
    bystander = await operator.broker("egov", "operator")
    requests = await read_topics(bystander, ["shep.requests.v1"])
    operator.seen["requests"] = requests["shep.requests.v1"]
    operator.seen["as the portal"] = await refusal(await operator.broker("portal", "portal"), "university.cases.v1")
    operator.seen["as nobody"] = await refusal(Broker(bystander.bootstrap_servers), "university.cases.v1")
    for service in SERVICES:
        await operator.types(f"rooms of {service}", "exec", "-T", service, "sh", "-c", "ls /run/egov/*")
    await operator.types("down", "down")
    await operator.types("up again", *UP)
    await operator.egov("show after", "clock", "show")
    async with operator.applicant(somebody()) as applicant:
        operator.seen["afterwards"] = (await applicant.look(operator.seen["filed"]["id"])).body
        operator.seen["still revoked"] = (await applicant.file(somebody())).body


def somebody() -> ApplicationRow:
    """The first of the committed applications whose case is plain: known to a university with blank forms in plenty."""
    rows, _ = read_applications(default_file(), load_universities())
    return next(
        row
        for row in rows
        if row.university == PLENTY and row.in_register and not row.register_graduation_year and not row.withdraw_at
    )


async def refusal(broker: Broker, topic: str) -> str:
    """How the broker refuses that this user writes there; empty if it does not."""
    producer = AIOKafkaProducer(**client_options(broker), request_timeout_ms=10_000)
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"{}")
    except KafkaError as refused:
        return type(refused).__name__
    finally:
        await producer.stop()
    return ""


def moment(said: str) -> datetime:
    found = re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+00:00", said)
    assert found, said
    return datetime.fromisoformat(found[0])


def test_all_services_are_ready_at_the_addresses_of_the_host(story: Operator) -> None:
    status = story.said["status"].said

    assert status.count(" ready ") == len(SERVICES)
    assert all(f"http://127.0.0.1:{story.ports[service]}/docs" in status for service in SERVICES)
    assert f"127.0.0.1:{story.ports['kafka']}" in status


def test_status_names_the_file_of_the_login_that_a_person_may_use(story: Operator) -> None:
    assert story.said["login"].code == 0
    assert re.fullmatch(r"\S{40,}", story.said["login"].said)


def test_ports_are_published_on_loopback_only(story: Operator) -> None:
    bindings = [
        binding
        for container in story.seen["containers"]
        for each in (container["HostConfig"]["PortBindings"] or {}).values()
        for binding in each
    ]

    assert {each["HostIp"] for each in bindings} == {"127.0.0.1"}
    assert {int(each["HostPort"]) for each in bindings} == set(story.ports.values())


def test_the_services_run_without_rights_on_a_root_that_they_cannot_write_to(story: Operator) -> None:
    ours = [each for each in story.seen["containers"] if each["Config"]["Image"] == IMAGE]

    assert len(ours) == len({*SERVICES, "nca", "egov"})
    assert {(each["Config"]["User"], each["HostConfig"]["ReadonlyRootfs"]) for each in ours} == {("egov", True)}


def test_no_container_has_a_capability_and_only_the_broker_can_write_to_its_root(story: Operator) -> None:
    hosts = [each["HostConfig"] for each in story.seen["containers"]]
    writing = {
        each["Config"]["Labels"]["com.docker.compose.service"]
        for each in story.seen["containers"]
        if not each["HostConfig"]["ReadonlyRootfs"]
    }

    assert [(each["CapDrop"], each["CapAdd"], each["SecurityOpt"]) for each in hosts] == [
        (["ALL"], None, ["no-new-privileges:true"])
    ] * len(hosts)
    assert writing == {"kafka"}


def test_the_broker_refuses_what_the_portal_has_no_right_to_and_whoever_says_no_name(story: Operator) -> None:
    assert story.seen["as the portal"] == "TopicAuthorizationFailedError"
    assert story.seen["as nobody"]


def test_a_service_has_its_own_secrets_and_no_other_s(story: Operator) -> None:
    for service in SERVICES:
        there = story.said[f"rooms of {service}"].said.split()

        assert f"kafka-{service}" in there
        assert [
            each for each in there if each.startswith(("kafka-", "database-")) and not each.endswith(f"-{service}")
        ] == []
        assert "postgres-password" not in there


def test_the_engine_is_told_no_secret(story: Operator) -> None:
    status, told = story.said["status"].said, json.dumps(story.seen["containers"])
    secret = re.findall(r"operator token (\S+)|postgresql://egov:([^@]+)@", status)

    assert len(secret) == 2
    assert [each for pair in secret for each in pair if each and each in told] == []


@pytest.mark.parametrize(
    ("command", "instead"), [("egov down", "down"), ("egov reset", "down --volumes"), ("egov logs", "logs portal")]
)
def test_what_a_container_cannot_do_is_said_with_what_to_do_instead(
    story: Operator, command: str, instead: str
) -> None:
    assert f"`docker compose -f deploy/compose.yaml {instead}`" in story.said[command].said


def test_up_within_the_container_says_that_the_chain_runs(story: Operator) -> None:
    assert "The chain runs already." in story.said["egov up"].said


def test_an_application_that_is_filed_while_a_service_is_dead_reaches_its_end(story: Operator) -> None:
    ended = story.seen["ended"]

    assert story.seen["filed"]["status"] == "submitted"
    assert ended["status"] == "issued"
    assert [each["kind"] for each in ended["notices"]] == ["registered", "ready", "issued"]


def test_the_notice_of_readiness_says_where_to_collect_the_duplicate(story: Operator) -> None:
    ended = story.seen["ended"]
    (ready,) = [each for each in ended["notices"] if each["kind"] == "ready"]

    assert ended["collection_place"]["ru"]
    assert ready["collection_place"] == ended["collection_place"]


def test_a_service_that_is_restarted_goes_on_with_its_data(story: Operator) -> None:
    assert story.seen["after the restart"] == story.seen["ended"]


def test_edge_04_what_a_revoked_certificate_signs_is_not_confirmed_from_then_on(story: Operator) -> None:
    assert story.said["revoke"].code == 0, story.said["revoke"].said
    assert story.seen["after the revocation"]["code"] == "eds.revoked"
    assert story.seen["still revoked"]["code"] == "eds.revoked"


def test_edge_04_the_authority_shows_what_was_revoked_to_other_systems_too(story: Operator) -> None:
    found = x509.load_der_x509_crl(story.seen["list"])

    assert [each.revocation_date_utc for each in found] == [moment(story.said["revoke"].said)]


def test_inc_09_requests_go_over_the_gateway_as_was_wished(story: Operator) -> None:
    assert story.seen["requests"]


def test_down_and_up_go_on_with_the_data_and_with_time(story: Operator) -> None:
    before, after = (moment(story.said[each].said) for each in ("show before", "show after"))

    assert story.seen["afterwards"] == story.seen["ended"]
    assert before <= after < before + timedelta(hours=1)  # a minute for each second that stopping took
