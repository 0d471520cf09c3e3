"""`egov up` as an operator and an applicant use it by hand: start, look, apply, move time, stop, and go on."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.local.chain.plan import SERVICES
from deploy.local.servers.cache import cache_dir
from deploy.local.servers.infra import RunningServers
from deploy.local.servers.kafka import fetch_broker
from deploy.local.servers.processes import wait_until
from tests.support.chain import PLENTY, PLENTY_SPECIALTY, iin, row, write_rows
from tests.support.command import Done, egov, open_directory, start

IIN = iin(1)
FORM = {
    "form": "duplicate-application/2",
    "applicant": {"iin": IIN, "surname": "Қоңырбай", "name": "Әйгерім"},
    "university": PLENTY,
    "specialty": PLENTY_SPECIALTY,
    "graduation_year": 2009,
    "document_kind": "diploma",
    "reason": "loss",
}
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+00:00")


@contextmanager
def cache() -> Iterator[Path]:
    """A cache of its own, whose downloads are the real one's."""
    fetch_broker()
    with open_directory() as directory:
        for downloaded in cache_dir().glob("kafka-*"):
            (directory / downloaded.name).symlink_to(downloaded)
        yield directory


@dataclass
class Operator:
    """Somebody at a terminal; `said` keeps what each step of theirs came to."""

    cache: Path
    said: dict[str, Done] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)  # Any: JSON answers of the portal
    started: list[psutil.Process] = field(default_factory=list)

    @property
    def environ(self) -> Mapping[str, str]:
        return {"EGOV_CACHE_DIR": str(self.cache), "EGOV_PORT_BASE": "0", "EGOV_KAFKA_PORT": "0"}

    async def types(self, step: str, *arguments: str) -> str:
        self.said[step] = await egov(*arguments, environ=self.environ)
        return self.said[step].said

    async def sign(self, credential: str, text: str) -> str:
        """`egov eds sign` of a file that holds exactly this text."""
        file = self.cache / "to-sign"
        file.write_text(text, encoding="utf-8")
        done = await egov("eds", "sign", str(self.cache / "aigerim" / credential), str(file), environ=self.environ)
        assert done.code == 0, done.said
        return done.said.strip()

    def portal(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._state()["urls"]["portal"], timeout=30.0, trust_env=False)

    def authority(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._state()["nca_url"], timeout=30.0, trust_env=False)

    def _state(self) -> Any:  # Any: JSON
        return json.loads((self.cache / "chain" / "state.json").read_text())

    async def token(self, http: httpx.AsyncClient, path: str) -> Mapping[str, str]:
        challenge = (await http.post("/challenges")).json()["challenge"]
        answer = await http.post(path, json={"signed": await self.sign("auth.pem", challenge)})
        assert answer.is_success, answer.text
        return {"authorization": f"Bearer {answer.json()['token']}"}

    def note_processes(self) -> None:
        supervisor = psutil.Process(json.loads((self.cache / "chain" / "state.json").read_text())["pid"])
        self.started = [supervisor, *supervisor.children(recursive=True)]

    def still_there(self) -> list[str]:
        return [each.name() for each in self.started if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def story() -> AsyncIterator[Operator]:
    """All of it, once, in the order in which somebody would do it."""
    with cache() as directory:
        operator = Operator(directory)
        try:
            await look_around(operator)
            await apply(operator)
            await stop_and_go_on(operator)
            yield operator
        finally:
            await egov("down", environ=operator.environ)


async def look_around(operator: Operator) -> None:
    graduates = write_rows(operator.cache / "graduates.jsonl", [row(1, "2016-02-15T10:00")])
    up = ("up", "--ocsp", "--applications", str(graduates), "--rate", "0", "--at", "2016-02-15T09:00+06:00")
    await operator.types("up", *up)
    operator.note_processes()
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(operator.types("up twice", *up))
        at_once.create_task(operator.types("status", "status"))
        at_once.create_task(operator.types("logs", "logs", "portal", "-n", "5"))
        at_once.create_task(operator.types("reset too early", "reset"))
        at_once.create_task(operator.types("show", "clock", "show"))


async def apply(operator: Operator) -> None:
    person = ("--iin", IIN, "--surname", "Қоңырбай", "--name", "Әйгерім")
    await operator.types("issue", "eds", "issue", *person, "--out", str(operator.cache / "aigerim"))
    async with operator.portal() as http:
        signed_in = await operator.token(http, "/accounts")
        stamp = (await http.get("/stamp")).raise_for_status().json()
        form = await operator.sign("sign.pem", json.dumps({**FORM, **stamp}, ensure_ascii=False))
        answer = await http.post("/applications", json={"signed": form}, headers=signed_in)
        operator.seen["filed"] = answer.json()
        await operator.types("forward a day", "clock", "forward", "--until", "2016-02-16T18:00+06:00")
        await operator.types("forward", "clock", "forward")
        await operator.types("back", "clock", "forward", "--until", "2016-02-01T00:00+06:00")
        answer = await http.get(answer.headers["location"], headers=signed_in)
        operator.seen["ended"] = answer.json()


async def stop_and_go_on(operator: Operator) -> None:
    await operator.types("rate", "clock", "rate", "60")
    await operator.types("show before", "clock", "show")
    await operator.types("down", "down")
    operator.seen["left"] = operator.still_there()
    await operator.types("up again", "up", "--rate", "0", "--applications", str(operator.cache / "graduates.jsonl"))
    await operator.types("show after", "clock", "show")
    async with operator.portal() as http:
        signed_in = await operator.token(http, "/sessions")
        answer = await http.get(f"/applications/{operator.seen['filed']['id']}", headers=signed_in)
        operator.seen["afterwards"] = answer.json()
        await operator.types("revoke", "eds", "revoke", str(operator.cache / "aigerim" / "sign.pem"))
        stamp = (await http.get("/stamp")).raise_for_status().json()
        other = {**FORM, **stamp, "document_kind": "supplement"}
        form = await operator.sign("sign.pem", json.dumps(other, ensure_ascii=False))
        answer = await http.post("/applications", json={"signed": form}, headers=signed_in)
        operator.seen["after the revocation"] = answer.json()
    async with operator.authority() as http:
        operator.seen["certificate"] = (await http.get("/nca.cer")).content
        operator.seen["list"] = (await http.get("/nca.crl")).content
    operator.note_processes()
    await operator.types("down at last", "down")
    operator.seen["left at last"] = operator.still_there()
    await operator.types("reset", "reset")


def moment(said: str) -> datetime:
    found = MOMENT.search(said)
    assert found, said
    return datetime.fromisoformat(found[0])


def test_up_prints_the_addresses_of_all_services_on_loopback(story: Operator) -> None:
    up = story.said["up"]

    assert up.code == 0, up.said
    assert all(re.search(rf"{service} +http://127\.0\.0\.1:[0-9]+/docs", up.said) for service in SERVICES)
    assert re.search(r"nca +http://127\.0\.0\.1:[0-9]+/nca\.cer, /nca\.crl, /ocsp", up.said)
    assert re.search(r"kafka +127\.0\.0\.1:[0-9]+", up.said)


def test_up_twice_is_as_once(story: Operator) -> None:
    assert story.said["up twice"].code == 0
    assert "The chain runs already." in story.said["up twice"].said


def test_status_says_that_every_service_is_ready(story: Operator) -> None:
    assert story.said["status"].said.count(" ready ") == len(SERVICES)


def test_logs_show_the_last_lines_of_a_service(story: Operator) -> None:
    assert '"event": "started"' in story.said["logs"].said


def test_the_clock_stands_where_up_was_told_to_set_it(story: Operator) -> None:
    assert "2016-02-15T03:00:00+00:00, 0 virtual seconds per second" in story.said["show"].said


def test_data_of_a_chain_that_runs_are_not_removed(story: Operator) -> None:
    assert story.said["reset too early"].code == 1
    assert "Stop it with `egov down`" in story.said["reset too early"].said


def test_credentials_lie_in_files_that_only_their_owner_reads(story: Operator) -> None:
    modes = [path.stat().st_mode & 0o777 for path in (story.cache / "aigerim").iterdir()]

    assert story.said["issue"].code == 0
    assert modes == [0o600, 0o600]


def test_edge_04_what_a_revoked_certificate_signs_is_not_confirmed_from_then_on(story: Operator) -> None:
    assert story.said["revoke"].code == 0, story.said["revoke"].said
    assert moment(story.said["revoke"].said) == moment(story.said["show after"].said)
    assert story.seen["after the revocation"]["code"] == "eds.revoked"


def test_edge_04_the_authority_shows_what_was_revoked_to_other_systems_too(story: Operator) -> None:
    authority = x509.load_der_x509_certificate(story.seen["certificate"]).public_key()
    found = x509.load_der_x509_crl(story.seen["list"])

    assert isinstance(authority, rsa.RSAPublicKey)
    assert found.is_signature_valid(authority)
    assert [each.revocation_date_utc for each in found] == [moment(story.said["revoke"].said)]


def test_an_application_filed_by_hand_is_taken(story: Operator) -> None:
    filed = story.seen["filed"]

    assert filed["status"] == "submitted"
    assert filed["number"].startswith("20160215")


def test_the_applicant_is_told_that_the_duplicate_is_ready_and_where_to_collect_it(story: Operator) -> None:
    ended = story.seen["ended"]
    (ready,) = [each for each in ended["notices"] if each["kind"] == "ready"]

    assert "112" in ended["collection_place"]["ru"]
    assert ready["collection_place"] == ended["collection_place"]
    assert [each["kind"] for each in ended["notices"]] == ["registered", "ready", "issued"]
    assert ended["history"][0]["what"] == "application-filed"


def test_time_is_forwarded_to_a_moment_or_until_no_timer_waits(story: Operator) -> None:
    assert "It is 2016-02-16T12:00:00+00:00" in story.said["forward a day"].said
    assert moment(story.said["forward"].said) > moment(story.said["forward a day"].said)
    assert story.seen["ended"]["status"] == "issued"


def test_time_never_goes_back(story: Operator) -> None:
    assert story.said["back"].code == 1
    assert "virtual time never goes back" in story.said["back"].said


def test_time_runs_at_the_rate_that_it_is_told(story: Operator) -> None:
    assert "60 virtual seconds per second" in story.said["show before"].said
    assert moment(story.said["show before"].said) > moment(story.said["forward"].said)


def test_down_leaves_no_process(story: Operator) -> None:
    assert story.said["down"].code == 0
    assert (story.seen["left"], story.seen["left at last"]) == ([], [])


def test_a_second_up_goes_on_with_its_data(story: Operator) -> None:
    assert story.said["up again"].code == 0, story.said["up again"].said
    assert story.seen["afterwards"] == story.seen["ended"]


def test_virtual_time_stands_still_while_the_chain_does(story: Operator) -> None:
    before, after = (moment(story.said[each].said) for each in ("show before", "show after"))

    assert before <= after < before + timedelta(hours=1)  # a minute for each second that stopping took


def test_reset_forgets_everything(story: Operator) -> None:
    assert story.said["reset"].code == 0
    assert not (story.cache / "chain").exists()


async def test_a_port_that_is_taken_is_named(running_servers: RunningServers) -> None:
    taken = running_servers.servers.bootstrap_servers.rpartition(":")[2]
    with cache() as directory:
        environ = {"EGOV_CACHE_DIR": str(directory), "EGOV_PORT_BASE": "0", "EGOV_KAFKA_PORT": taken}
        done = await egov("up", environ=environ)

    assert done.code == 1
    said = " ".join(done.said.split())
    assert f"Port {taken} for Kafka: another program" in said
    assert f"listens on 127.0.0.1:{taken}, and a port serves one program." in said
    assert "Stop that program, or give another port, or 0 for any free one." in said


async def test_an_interrupted_up_leaves_no_process() -> None:
    with cache() as directory:
        environ = {"EGOV_CACHE_DIR": str(directory), "EGOV_PORT_BASE": "0", "EGOV_KAFKA_PORT": "0"}
        process = await start("up", environ=environ)
        log = directory / "chain" / "supervisor.log"
        await wait_until(lambda: log.exists() and "Making the databases" in log.read_text(), 60, "the servers to start")
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        said, _ = await process.communicate()
        await wait_until(lambda: not any(each.is_running() for each in started), 30, "what was started to end")

    assert process.returncode == 130, said.decode()
    assert len(started) >= 3
