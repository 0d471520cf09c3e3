"""DER that is none, or says what cannot be: told so, whatever part of it is wrong."""

import base64
import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential, sign_jws
from deploy.local.authority.nca import Nca
from services._eds.signature import EdsNotConfirmed, TrustAnchor, Use, verify

NOON = datetime(2016, 2, 15, 6, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def nca() -> Nca:
    return Nca.create("seed", NOON - 10 * DAY)


@pytest.fixture(scope="module")
def aigul(nca: Nca) -> Credential:
    return nca.issue(Person("900215100016", "Қоңырбай", "Әйгүл", None), Use.SIGN, NOON - DAY, NOON + DAY)


def with_certificate(jws: str, der: bytes) -> str:
    header, payload, signature = jws.split(".")
    stated = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    stated["x5c"] = [base64.b64encode(der).decode()]
    return f"{base64.urlsafe_b64encode(json.dumps(stated).encode()).decode().rstrip('=')}.{payload}.{signature}"


def refused(jws: str, nca: Nca) -> str:
    with pytest.raises(EdsNotConfirmed) as refusal:
        verify(jws, TrustAnchor(nca.certificate), NOON, Use.SIGN)
    return refusal.value.code


@pytest.mark.parametrize("version", [1, 3, 4, 0x7F, 0x80, 0xFF])
def test_a_certificate_of_an_unknown_version_is_malformed(nca: Nca, aigul: Credential, version: int) -> None:
    der = aigul.certificate.public_bytes(Encoding.DER)
    marked = bytes([0xA0, 3, 2, 1])
    forged = der.replace(marked + b"\x02", marked + bytes([version]), 1)

    assert forged != der
    assert refused(with_certificate(sign_jws(b"{}", aigul), forged), nca).startswith("eds.")


def mutated(der: bytes, seed: int) -> bytes:
    """A few bytes changed, cut out or put in."""
    chance, changed = Random(seed), bytearray(der)  # noqa: S311 - it must repeat
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del changed[at : at + chance.randint(1, 8)]
            case 2:
                changed[at:at] = chance.randbytes(chance.randint(1, 4))
            case _:
                changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def test_no_mutation_of_a_certificate_is_more_than_a_refusal(nca: Nca, aigul: Credential) -> None:
    der, jws = aigul.certificate.public_bytes(Encoding.DER), sign_jws(b"{}", aigul)

    for seed in range(3_000):
        forged = mutated(der, seed)
        if forged != der:
            assert refused(with_certificate(jws, forged), nca).startswith("eds."), seed


def request_for(nca: Nca, aigul: Credential) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(aigul.certificate, nca.certificate, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def test_a_negative_serial_number_is_a_malformed_request(nca: Nca, aigul: Credential) -> None:
    der, serial = request_for(nca, aigul), aigul.certificate.serial_number
    number = serial.to_bytes((serial.bit_length() + 8) // 8, "big")
    assert number in der
    answer = ocsp.load_der_ocsp_response(nca.answer(der.replace(number, b"\xff" + number[1:]), NOON))

    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_every_mutation_of_a_request_is_answered(nca: Nca, aigul: Credential) -> None:
    der = request_for(nca, aigul)

    for seed in range(3_000):
        assert ocsp.load_der_ocsp_response(nca.answer(mutated(der, seed), NOON)).response_status in set(
            ocsp.OCSPResponseStatus
        )
