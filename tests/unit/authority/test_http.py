"""What the certification authority shows over HTTP, as the portal and other people's systems ask it."""

import base64
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from deploy.local.authority.holders import Person
from deploy.local.authority.http import application, newest, served
from deploy.local.authority.nca import Nca
from services._chassis.clock import ClockNotSet
from services._eds.signature import Use
from services.portal.account.ocsp import Responder
from tests.support.chain import iin

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """Virtual time; None before it was set."""

    at: datetime | None = NOON

    def now(self) -> datetime:
        if self.at is None:
            raise ClockNotSet("no state has arrived")
        return self.at


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Nca.create("705", NOON).save(tmp_path)
    return tmp_path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def http(directory: Path, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with (
        served(application(newest(directory), clock.now), listening),
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
    ):
        yield client


def issued(directory: Path) -> x509.Certificate:
    """As `egov eds issue` does it, in a process of its own."""
    nca = Nca.load(directory)
    key = ec.generate_private_key(ec.SECP256R1())
    person = Person(iin(1), "Қоңырбай", "Әйгерім")
    certificate = nca.issue(person, Use.SIGN, NOON - DAY, NOON + DAY, key).certificate
    nca.save(directory)
    return certificate


def revoke(directory: Path, certificate: x509.Certificate, at: datetime) -> None:
    nca = Nca.load(directory)
    nca.revoke(certificate.serial_number, at)
    nca.save(directory)


def request_about(certificate: x509.Certificate, directory: Path) -> bytes:
    authority = Nca.load(directory).certificate
    return (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, authority, hashes.SHA256())
        .build()
        .public_bytes(Encoding.DER)
    )


def status_of(answer: httpx.Response) -> ocsp.OCSPResponseStatus:
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content).response_status


async def test_the_portal_learns_over_http_whether_a_certificate_stands(
    http: httpx.AsyncClient, directory: Path, clock: Clock
) -> None:
    certificate = issued(directory)
    responder = Responder(f"{http.base_url}/ocsp", Nca.load(directory).certificate, http)

    assert await responder.revoked_since(certificate) is None
    revoke(directory, certificate, NOON + DAY)
    assert await responder.revoked_since(certificate) is None
    clock.at = NOON + DAY
    assert await responder.revoked_since(certificate) == NOON + DAY


async def test_the_list_and_the_certificate_are_as_they_are_now(
    http: httpx.AsyncClient, directory: Path, clock: Clock
) -> None:
    revoked = issued(directory)
    revoke(directory, revoked, NOON)
    clock.at = NOON + DAY
    certificate = x509.load_der_x509_certificate((await http.get("/nca.cer")).content)
    answer = await http.get("/nca.crl")
    found, signer = x509.load_der_x509_crl(answer.content), certificate.public_key()

    assert isinstance(signer, rsa.RSAPublicKey)
    assert found.is_signature_valid(signer)
    assert (found.last_update_utc, [each.serial_number for each in found]) == (NOON + DAY, [revoked.serial_number])
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/pkix-crl", "no-store")


async def test_a_question_may_stand_in_the_address(http: httpx.AsyncClient, directory: Path) -> None:
    asked = base64.b64encode(request_about(issued(directory), directory)).decode()
    answer = await http.get(f"/ocsp/{quote(asked, safe='')}")

    assert ocsp.load_der_ocsp_response(answer.content).certificate_status is ocsp.OCSPCertStatus.GOOD


async def test_what_is_no_question_is_said_to_be_malformed(http: httpx.AsyncClient) -> None:
    malformed = ocsp.OCSPResponseStatus.MALFORMED_REQUEST

    assert status_of(await http.post("/ocsp", content=b"what?")) is malformed
    assert status_of(await http.get("/ocsp/what%3F")) is malformed
    assert (await http.post("/ocsp", content=b"0" * 20_000)).status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE


async def test_before_there_is_a_time_it_asks_to_come_again(
    http: httpx.AsyncClient, directory: Path, clock: Clock
) -> None:
    asked = request_about(issued(directory), directory)
    clock.at = None

    assert status_of(await http.post("/ocsp", content=asked)) is ocsp.OCSPResponseStatus.TRY_LATER
    assert (await http.get("/nca.crl")).status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert (await http.get("/health/ready")).status_code == httpx.codes.SERVICE_UNAVAILABLE
    clock.at = NOON
    assert (await http.get("/health/ready")).json()["time"] == NOON.isoformat()


async def test_the_authority_refuses_headers_without_end_as_the_services_do(http: httpx.AsyncClient) -> None:
    answer = await http.get("/nca.cer", headers={f"x-{number}": "y" * 1_000 for number in range(60)})

    assert answer.status_code == httpx.codes.REQUEST_HEADER_FIELDS_TOO_LARGE
    assert (await http.get("/nca.cer")).is_success
