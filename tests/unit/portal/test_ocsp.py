"""What the portal makes of an authority's OCSP answers: only a signed, fresh one about this certificate counts (EDGE-04)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.authority.holders import Person
from deploy.local.authority.nca import Nca
from services._eds.signature import Use
from services.portal.account.ocsp import Responder, StatusUnknown
from tests.support.chain import iin

NOW = datetime(2016, 7, 25, 5, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "http://ocsp.test/"


@pytest.fixture(scope="module")
def nca() -> Nca:
    return Nca.create("ocsp", NOW)


@pytest.fixture(scope="module")
def own(nca: Nca) -> x509.Certificate:
    return issued(nca)


def issued(nca: Nca, number: int = 1) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    return nca.issue(Person(iin(number), "Қоңырбай", "Әйгерім", None), Use.SIGN, NOW - DAY, NOW + DAY, key).certificate


def responder(nca: Nca, answer: Callable[[bytes], httpx.Response]) -> Responder:
    transport = httpx.MockTransport(lambda request: answer(request.content))
    return Responder(URL, nca.certificate, httpx.AsyncClient(transport=transport))


def honest(nca: Nca, at: datetime = NOW) -> Callable[[bytes], httpx.Response]:
    return lambda request: httpx.Response(200, content=nca.answer(request, at))


async def test_a_certificate_that_stands_is_not_revoked(nca: Nca, own: x509.Certificate) -> None:
    assert await responder(nca, honest(nca)).revoked_since(own) is None


async def test_a_revoked_one_is_told_with_its_moment(nca: Nca) -> None:
    lost = issued(nca, 2)
    nca.revoke(lost.serial_number, NOW)

    assert await responder(nca, honest(nca, NOW - DAY)).revoked_since(lost) is None
    assert await responder(nca, honest(nca)).revoked_since(lost) == NOW


async def test_one_that_the_responder_does_not_know_has_no_status(nca: Nca) -> None:
    stranger = issued(Nca.create("another", NOW))
    with pytest.raises(StatusUnknown, match="does not know"):
        await responder(nca, honest(nca)).revoked_since(stranger)


def broken(_request: bytes) -> httpx.Response:
    return httpx.Response(200, content=b"<html>")


def refused(_request: bytes) -> httpx.Response:
    return httpx.Response(500)


def away(_request: bytes) -> httpx.Response:
    raise httpx.ConnectError("refused")


def slow(_request: bytes) -> httpx.Response:
    raise httpx.ReadTimeout("silence")


def endless(_request: bytes) -> httpx.Response:
    return httpx.Response(200, content=b"x" * 70_000)


def try_later(_request: bytes) -> httpx.Response:
    answer = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    return httpx.Response(200, content=answer.public_bytes(Encoding.DER))


@pytest.mark.parametrize("answer", [broken, refused, away, slow, endless, try_later])
async def test_a_responder_that_gives_no_answer_leaves_the_status_unknown(
    nca: Nca, own: x509.Certificate, answer: Callable[[bytes], httpx.Response]
) -> None:
    with pytest.raises(StatusUnknown, match="the responder"):
        await responder(nca, answer).revoked_since(own)


def instead(request: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """The same question, nonce and all, about another certificate."""
    nonce = ocsp.load_der_ocsp_request(request).extensions.get_extension_for_class(x509.OCSPNonce).value
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return asked.add_extension(nonce, critical=False).build().public_bytes(Encoding.DER)


async def test_another_authoritys_answer_is_not_believed(nca: Nca, own: x509.Certificate) -> None:
    forger = Nca.create("forged", NOW)

    def forged(request: bytes) -> httpx.Response:
        return honest(forger)(instead(request, own, forger.certificate))

    with pytest.raises(StatusUnknown, match="signed by nobody who may answer"):
        await responder(nca, forged).revoked_since(own)


async def test_an_answer_that_others_changed_is_not_believed(nca: Nca, own: x509.Certificate) -> None:
    def changed(request: bytes) -> httpx.Response:
        answer = bytearray(honest(nca)(request).content)
        answer[-1] ^= 1  # the end of the signature
        return httpx.Response(200, content=bytes(answer))

    with pytest.raises(StatusUnknown, match="signed by nobody who may answer"):
        await responder(nca, changed).revoked_since(own)


async def test_an_answer_about_another_certificate_is_not_taken(nca: Nca, own: x509.Certificate) -> None:
    other = issued(nca, 3)

    def swapped(request: bytes) -> httpx.Response:
        return honest(nca)(instead(request, other, nca.certificate))

    with pytest.raises(StatusUnknown, match="about another certificate"):
        await responder(nca, swapped).revoked_since(own)


async def test_an_answer_that_was_given_before_is_not_taken_again(nca: Nca, own: x509.Certificate) -> None:
    kept: list[bytes] = []

    def replayed(request: bytes) -> httpx.Response:
        kept.append(nca.answer(request, NOW))
        return httpx.Response(200, content=kept[0])

    replaying = responder(nca, replayed)
    assert await replaying.revoked_since(own) is None
    with pytest.raises(StatusUnknown, match="another request's nonce"):
        await replaying.revoked_since(own)


@pytest.mark.parametrize(("age", "taken"), [(timedelta(), True), (3 * DAY, False), (-DAY, False)])
async def test_without_a_nonce_the_answers_own_times_count(
    nca: Nca, own: x509.Certificate, age: timedelta, *, taken: bool
) -> None:
    def without_nonce(_request: bytes) -> httpx.Response:
        asked = ocsp.OCSPRequestBuilder().add_certificate(own, nca.certificate, hashes.SHA256()).build()
        return httpx.Response(200, content=nca.answer(asked.public_bytes(Encoding.DER), datetime.now(UTC) - age))

    if taken:
        assert await responder(nca, without_nonce).revoked_since(own) is None
    else:
        with pytest.raises(StatusUnknown, match="not of today"):
            await responder(nca, without_nonce).revoked_since(own)


@pytest.mark.parametrize(
    ("purpose", "at", "may_answer"),
    [
        (ExtendedKeyUsageOID.OCSP_SIGNING, NOW, True),
        (ExtendedKeyUsageOID.CLIENT_AUTH, NOW, False),
        (ExtendedKeyUsageOID.OCSP_SIGNING, NOW - 2 * DAY, False),
        (ExtendedKeyUsageOID.OCSP_SIGNING, NOW + 2 * DAY, False),
    ],
    ids=["in time", "for another purpose", "before it is valid", "expired"],
)
async def test_a_delegate_answers_if_the_authority_issued_it_for_that_and_then(
    nca: Nca, own: x509.Certificate, purpose: x509.ObjectIdentifier, at: datetime, *, may_answer: bool
) -> None:
    authority_key = nca._credential.key  # noqa: SLF001 - the authority signs a certificate that it otherwise never issues
    key = ec.generate_private_key(ec.SECP256R1())
    delegate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OCSP")]))
        .issuer_name(nca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )

    def by_delegate(request: bytes) -> httpx.Response:
        nonce = ocsp.load_der_ocsp_request(request).extensions.get_extension_for_class(x509.OCSPNonce).value
        answer = (
            ocsp.OCSPResponseBuilder()
            .add_response(own, nca.certificate, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, at, at + DAY, None, None)
            .responder_id(ocsp.OCSPResponderEncoding.HASH, delegate)
            .certificates([delegate])
            .add_extension(nonce, critical=False)
            .sign(key, hashes.SHA256())
        )
        return httpx.Response(200, content=answer.public_bytes(Encoding.DER))

    if may_answer:
        assert await responder(nca, by_delegate).revoked_since(own) is None
    else:
        with pytest.raises(StatusUnknown, match="signed by nobody"):
            await responder(nca, by_delegate).revoked_since(own)
