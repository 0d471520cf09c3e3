from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from deploy.local.authority.holders import Organisation, Person
from deploy.local.authority.keys import Credential, KeyStore, sign_jws
from deploy.local.authority.nca import CERTIFICATE_FILE, KEY_FILE, Nca
from services._eds.signature import TrustAnchor, Use, verify

NOW = datetime(2016, 2, 15, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=365)
AIGUL = Person(iin="900215100016", surname="Қоңырбай", name="Әйгүл", patronymic="Ғалымқызы")
BOLAT = Person(iin="880101200018", surname="Өтегенов", name="Болат")
UNIVERSITY = Organisation(name="Әл-Фараби атындағы ҚазҰУ", bin="260140000005")


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def nca() -> Nca:
    return Nca.create("seed", NOW)


def texts(certificate: x509.Certificate, *oids: x509.ObjectIdentifier) -> list[list[str]]:
    return [[str(value.value) for value in certificate.subject.get_attributes_for_oid(oid)] for oid in oids]


def modes(files: Iterable[Path]) -> set[int]:
    return {file.stat().st_mode & 0o777 for file in files}


def purposes(certificate: x509.Certificate) -> list[str]:
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return [oid.dotted_string for oid in usage]


def serials(nca: Nca, key: rsa.RSAPrivateKey) -> list[int]:
    return [
        nca.issue(person, use, NOW, LATER, key).certificate.serial_number
        for person, use in ((AIGUL, Use.SIGN), (AIGUL, Use.SIGN), (AIGUL, Use.AUTH), (BOLAT, Use.SIGN))
    ]


def test_the_authority_is_named_like_the_real_test_authority(nca: Nca) -> None:
    names = texts(nca.certificate, NameOID.COMMON_NAME, NameOID.COUNTRY_NAME)

    assert names == [["ҰКО 3.0 (RSA SIM)"], ["KZ"]]


def test_the_subject_carries_names_and_iin_as_the_real_one_does(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    certificate = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate

    assert certificate.subject.rfc4514_string({NameOID.GIVEN_NAME: "GN", NameOID.SURNAME: "SN"}) == (
        "GN=Ғалымқызы,C=KZ,2.5.4.5=IIN900215100016,SN=Қоңырбай,CN=Қоңырбай Әйгүл"
    )


def test_a_legal_entitys_certificate_names_it_and_its_bin(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    certificate = nca.issue(BOLAT, Use.SIGN, NOW, LATER, key, organisation=UNIVERSITY).certificate

    names = texts(certificate, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.GIVEN_NAME)

    assert names == [["Әл-Фараби атындағы ҚазҰУ"], ["BIN260140000005"], []]


@pytest.mark.parametrize(
    ("use", "usage", "purpose"),
    [
        (Use.SIGN, (True, True, False), "1.3.6.1.5.5.7.3.4"),
        (Use.AUTH, (True, False, True), "1.3.6.1.5.5.7.3.2"),
    ],
)
def test_the_use_decides_key_usage_and_purpose(
    nca: Nca, key: rsa.RSAPrivateKey, use: Use, usage: tuple[bool, bool, bool], purpose: str
) -> None:
    certificate = nca.issue(AIGUL, use, NOW, LATER, key).certificate
    bits = certificate.extensions.get_extension_for_class(x509.KeyUsage).value

    assert (bits.digital_signature, bits.content_commitment, bits.key_encipherment) == usage
    assert purposes(certificate)[0] == purpose


@pytest.mark.parametrize(
    ("use", "organisation", "role", "policy"),
    [
        (Use.SIGN, UNIVERSITY, "1.2.398.3.3.4.1.2", "1.2.398.3.3.2.1"),
        (Use.AUTH, UNIVERSITY, "1.2.398.3.3.4.1.2", "1.2.398.3.3.2.2"),
        (Use.SIGN, None, "1.2.398.3.3.4.1.1", "1.2.398.3.3.2.3"),
        (Use.AUTH, None, "1.2.398.3.3.4.1.1", "1.2.398.3.3.2.4"),
    ],
    ids=["organisation signs", "organisation signs in", "individual signs", "individual signs in"],
)
def test_the_holder_decides_role_and_policy(
    nca: Nca, use: Use, organisation: Organisation | None, role: str, policy: str
) -> None:
    certificate = nca.issue(AIGUL, use, NOW, LATER, organisation=organisation).certificate
    policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value

    assert purposes(certificate)[1:] == [role]
    assert [info.policy_identifier.dotted_string for info in policies] == [policy]


def test_a_certificate_points_to_its_issuers_key(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    certificate = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate
    issuer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value

    assert (
        issuer.key_identifier
        == nca.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    )
    assert own == x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def test_one_seed_gives_the_same_serial_numbers_twice(key: rsa.RSAPrivateKey) -> None:
    assert serials(Nca.create("seed", NOW), key) == serials(Nca.create("seed", NOW), key)


def test_another_seed_gives_other_serial_numbers(key: rsa.RSAPrivateKey) -> None:
    assert not set(serials(Nca.create("seed", NOW), key)) & set(serials(Nca.create("other", NOW), key))


def test_serial_numbers_are_distinct_positive_and_of_twenty_octets_at_most(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    numbers = serials(nca, key)

    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 2**159 for number in numbers)


def test_without_a_key_a_new_one_is_made_that_fits(nca: Nca) -> None:
    credential = nca.issue(AIGUL, Use.SIGN, NOW, LATER)

    assert credential.certificate.public_key() == credential.key.public_key()


def test_a_stored_authority_goes_on_where_it_stopped(nca: Nca, key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    first = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate
    nca.revoke(first.serial_number, NOW)
    nca.save(tmp_path)

    again = Nca.load(tmp_path)
    second = again.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate

    assert again.certificate == nca.certificate
    assert second.serial_number != first.serial_number
    assert [entry.serial_number for entry in again.crl(NOW)] == [first.serial_number]


def test_what_the_authority_stores_is_for_its_owner_alone(nca: Nca, tmp_path: Path) -> None:
    nca.save(tmp_path / "nca")

    assert sorted(file.name for file in (tmp_path / "nca").iterdir()) == ["nca.json", "nca.key", "nca.pem"]
    assert modes((tmp_path / "nca").iterdir()) == {0o600}
    assert modes([tmp_path / "nca"]) == {0o700}


def test_a_key_of_another_authority_is_noticed(nca: Nca, tmp_path: Path) -> None:
    nca.save(tmp_path)
    Nca.create("seed", NOW).save(tmp_path / "other")
    (tmp_path / "other" / KEY_FILE).replace(tmp_path / KEY_FILE)

    with pytest.raises(ValueError, match="key and certificate differ"):
        Nca.load(tmp_path)


def test_the_list_holds_what_was_revoked_by_its_time_and_is_signed(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    early, late, never = (nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate for _ in range(3))
    nca.revoke(early.serial_number, NOW)
    nca.revoke(late.serial_number, NOW + timedelta(days=2))

    crl = nca.crl(NOW + timedelta(days=1))
    signer = nca.certificate.public_key()

    assert isinstance(signer, rsa.RSAPublicKey)
    assert crl.is_signature_valid(signer)
    assert [(entry.serial_number, entry.revocation_date_utc) for entry in crl] == [(early.serial_number, NOW)]
    assert never.serial_number not in {early.serial_number, late.serial_number}


def asked_about(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes = b"") -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - what most clients send
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def test_what_is_no_ocsp_request_is_said_to_be_malformed(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    certificate = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate
    too_long = asked_about(certificate, nca.certificate, b"n" * 129)

    for request in (b"", b"not DER", too_long):
        status = ocsp.load_der_ocsp_response(nca.answer(request, NOW)).response_status
        assert status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_the_responder_has_nothing_to_say_of_another_authoritys_certificates(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    other = Nca.create("seed", NOW)
    theirs = other.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate
    answer = ocsp.load_der_ocsp_response(nca.answer(asked_about(theirs, other.certificate), NOW))

    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("nonce", [b"", b"n" * 128], ids=["without a nonce", "with the longest"])
def test_an_answer_speaks_of_the_certificate_and_repeats_the_nonce(
    nca: Nca, key: rsa.RSAPrivateKey, nonce: bytes
) -> None:
    certificate = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate
    answer = ocsp.load_der_ocsp_response(nca.answer(asked_about(certificate, nca.certificate, nonce), NOW))

    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert (answer.serial_number, answer.this_update_utc) == (certificate.serial_number, NOW)
    assert [each.value.nonce for each in answer.extensions if isinstance(each.value, x509.OCSPNonce)] == [
        nonce for nonce in (nonce,) if nonce
    ]


def test_a_later_list_has_a_higher_number_and_names_the_key_that_signed_it(nca: Nca) -> None:
    first, second = nca.crl(NOW), nca.crl(NOW + timedelta(seconds=1))
    numbers = [each.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for each in (first, second)]
    signer = first.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    own = nca.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value

    assert numbers[0] < numbers[1]
    assert signer == own.digest


def test_revoking_twice_keeps_the_first_time(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    serial = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key).certificate.serial_number
    nca.revoke(serial, NOW)
    nca.revoke(serial, NOW + timedelta(hours=1))

    entry = nca.crl(LATER).get_revoked_certificate_by_serial_number(serial)

    assert entry is not None
    assert entry.revocation_date_utc == NOW


def test_what_was_never_issued_cannot_be_revoked(nca: Nca) -> None:
    with pytest.raises(ValueError, match="ff was not issued here"):
        nca.revoke(255, NOW)


@pytest.mark.parametrize(
    ("not_before", "not_after"),
    [(LATER, NOW), (NOW - timedelta(days=3000), LATER), (NOW, NOW + timedelta(days=9000))],
    ids=["backwards", "before the authority", "after the authority"],
)
def test_a_period_the_authority_cannot_vouch_for_is_refused(
    nca: Nca, key: rsa.RSAPrivateKey, not_before: datetime, not_after: datetime
) -> None:
    with pytest.raises(ValueError, match="not_before, not_after"):
        nca.issue(AIGUL, Use.SIGN, not_before, not_after, key)


def test_a_time_without_zone_is_refused(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(ValueError, match="not_after: a time without zone"):
        nca.issue(AIGUL, Use.SIGN, NOW, LATER.replace(tzinfo=None), key)


@pytest.mark.parametrize("iin", ["", "12345678901", "9002151000166", "../../etc/pwd", "９00215100016"])
def test_a_person_needs_an_iin_of_twelve_digits(iin: str) -> None:
    with pytest.raises(ValueError, match=r"iin: .* is not twelve digits"):
        Person(iin=iin, surname="Өтегенов", name="Болат")


@pytest.mark.parametrize(("surname", "name", "field"), [("", "Болат", "surname"), ("Өтегенов", " ", "name")])
def test_a_person_needs_a_name(surname: str, name: str, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: empty"):
        Person(iin=BOLAT.iin, surname=surname, name=name)


def test_a_very_long_name_is_shortened_and_the_surname_kept(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    surname = "Сейітқалиева-Құдайбергенова"
    person = Person(iin=AIGUL.iin, surname=surname, name="Мейіргүлжанат")

    signed = sign_jws(b"{}", nca.issue(person, Use.SIGN, NOW, LATER, key))
    signer = verify(signed, TrustAnchor(nca.certificate), NOW, Use.SIGN).signer

    assert signer.surname == surname
    assert signer.name
    assert person.name.startswith(signer.name)


def test_a_credential_survives_being_stored(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    credential = nca.issue(AIGUL, Use.SIGN, NOW, LATER, key)

    again = Credential.from_pem(credential.to_pem())

    assert sign_jws(b"{}", again) == sign_jws(b"{}", credential)


def test_a_message_says_its_type_and_brings_its_certificate(nca: Nca, key: rsa.RSAPrivateKey) -> None:
    header = jwt.get_unverified_header(sign_jws(b"{}", nca.issue(AIGUL, Use.SIGN, NOW, LATER, key), "sign-in"))

    assert (header["typ"], header["alg"], len(header["x5c"])) == ("sign-in", "RS256", 1)


def test_the_key_store_makes_each_key_once(tmp_path: Path) -> None:
    iins = [AIGUL.iin, BOLAT.iin, AIGUL.iin]

    first = KeyStore(tmp_path).keys(iins)
    second = KeyStore(tmp_path).keys(iins)

    assert set(first) == {AIGUL.iin, BOLAT.iin}
    assert first[AIGUL.iin].public_key() != first[BOLAT.iin].public_key()
    assert all(first[iin].public_key() == second[iin].public_key() for iin in iins)


def test_the_key_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    KeyStore(tmp_path / "keys").keys([BOLAT.iin])

    assert modes((tmp_path / "keys").iterdir()) == {0o600}


def test_the_key_store_says_how_far_it_is(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    KeyStore(tmp_path).keys([AIGUL.iin, BOLAT.iin], lambda done, total: heard.append((done, total)))

    assert heard == [(1, 2), (2, 2)]


def test_an_interrupted_key_store_keeps_what_is_finished(tmp_path: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KeyStore(tmp_path, threads=1).keys([f"{number:012}" for number in range(50)], interrupt)
    left = list(tmp_path.iterdir())

    assert 1 <= len(left) < 50
    assert all(file.suffix == ".pem" and not file.name.startswith(".") for file in left)


def test_a_spoilt_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / f"{BOLAT.iin}.pem").write_text("nothing")

    with pytest.raises(ValueError, match=rf"{BOLAT.iin}\.pem: not a private key in PEM; delete it"):
        KeyStore(tmp_path).keys([BOLAT.iin])


def test_the_key_store_writes_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not twelve digits"):
        KeyStore(tmp_path / "keys").keys(["../escape.pem"])

    assert not list(tmp_path.iterdir())


def test_the_stored_certificate_is_a_trust_anchor(nca: Nca, tmp_path: Path) -> None:
    nca.save(tmp_path)

    assert TrustAnchor.load(tmp_path / CERTIFICATE_FILE).certificate == nca.certificate
