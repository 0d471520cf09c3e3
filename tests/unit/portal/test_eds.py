import base64
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.authority.holders import Organisation, Person
from deploy.local.authority.keys import Credential, sign_jws
from deploy.local.authority.nca import CERTIFICATE_FILE, CRL_FILE, KEY_FILE, Nca
from services._eds import signature as eds
from services._eds.authority import Authority
from services._eds.signature import EdsNotConfirmed, Fault, TrustAnchor, Use, verify

NOW = datetime(2016, 2, 15, 9, 0, tzinfo=UTC)
BEGINS = NOW - timedelta(days=30)
ENDS = NOW + timedelta(days=335)
SECOND = timedelta(seconds=1)
PAYLOAD = '{"өтініш": "дубликат"}'.encode()
AIGUL = Person(iin="900215100016", surname="Қоңырбай", name="Әйгүл", patronymic="Ғалымқызы")
BOLAT = Person(iin="880101200018", surname="Өтегенов", name="Болат")
UNIVERSITY = Organisation(name="Әл-Фараби атындағы ҚазҰУ", bin="260140000005")


@pytest.fixture(scope="module")
def nca() -> Nca:
    return Nca.create("seed", NOW)


@pytest.fixture(scope="module")
def trust(nca: Nca) -> TrustAnchor:
    return TrustAnchor(nca.certificate)


@pytest.fixture(scope="module")
def aigul(nca: Nca) -> Credential:
    return nca.issue(AIGUL, Use.SIGN, BEGINS, ENDS)


@pytest.fixture(scope="module")
def bolat(nca: Nca) -> Credential:
    return nca.issue(BOLAT, Use.SIGN, BEGINS, ENDS)


@pytest.fixture(scope="module")
def signed(aigul: Credential) -> str:
    return sign_jws(PAYLOAD, aigul)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def header_of(jws: str) -> dict[str, object]:
    return dict(jwt.get_unverified_header(jws))


def x5c(certificate: x509.Certificate) -> list[str]:
    return [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()]


def with_header(jws: str, **changes: object) -> str:
    """The message with other header fields and the signature it had."""
    header = {name: value for name, value in (header_of(jws) | changes).items() if value is not ...}
    return ".".join([base64url(json.dumps(header).encode()), *jws.split(".")[1:]])


def issued_by(
    nca: Nca, folder: Path, change: Callable[[x509.CertificateBuilder], x509.CertificateBuilder]
) -> Credential:
    """A certificate of the authority with a content that its `issue` would not write."""
    nca.save(folder)
    authority = load_pem_private_key((folder / KEY_FILE).read_bytes(), None)
    assert isinstance(authority, rsa.RSAPrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .issuer_name(nca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
    )
    return Credential(key, change(builder).sign(authority, hashes.SHA256()))


def key_usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names.split()})


def subject(serial_number: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, serial_number)])


PURPOSES = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, eds.INDIVIDUAL])
SIGNING = key_usage(digital_signature=True, content_commitment=True)


class _AnySecret(jwt.algorithms.HMACAlgorithm):
    """HMAC for a forger, who does not mind that the key is a public one."""

    def prepare_key(self, key: str | bytes) -> bytes:
        return key.encode() if isinstance(key, str) else key


def refused(jws: str, trust: TrustAnchor, at: datetime = NOW, use: Use = Use.SIGN) -> EdsNotConfirmed:
    with pytest.raises(EdsNotConfirmed) as refusal:
        verify(jws, trust, at, use)
    assert refusal.value.remedy
    return refusal.value


def test_a_signature_is_confirmed_with_its_signer_payload_and_evidence(
    signed: str, trust: TrustAnchor, aigul: Credential
) -> None:
    confirmed = verify(signed, trust, NOW, Use.SIGN)

    assert confirmed == eds.Signed(
        payload=PAYLOAD,
        signer=eds.Signer(
            iin="900215100016",
            surname="Қоңырбай",
            name="Әйгүл",
            patronymic="Ғалымқызы",
            certificate_serial=f"{aigul.certificate.serial_number:x}",
        ),
        digest=sha256(PAYLOAD).hexdigest(),
        jws=signed,
        certificate=aigul.certificate.public_bytes(Encoding.PEM).decode(),
    )


def test_the_evidence_can_be_checked_again(signed: str, trust: TrustAnchor) -> None:
    confirmed = verify(signed, trust, NOW, Use.SIGN)

    assert verify(confirmed.jws, trust, NOW, Use.SIGN) == confirmed


def test_a_signer_without_patronymic_has_none(bolat: Credential, trust: TrustAnchor) -> None:
    assert verify(sign_jws(PAYLOAD, bolat), trust, NOW, Use.SIGN).signer.patronymic is None


def test_an_elliptic_key_is_as_good_as_an_rsa_key(nca: Nca, trust: TrustAnchor) -> None:
    credential = nca.issue(AIGUL, Use.SIGN, BEGINS, ENDS, key=ec.generate_private_key(ec.SECP256R1()))

    signed = sign_jws(PAYLOAD, credential)

    assert header_of(signed)["alg"] == "ES256"
    assert verify(signed, trust, NOW, Use.SIGN).payload == PAYLOAD


def test_a_chain_may_bring_its_issuer_along(aigul: Credential, nca: Nca, trust: TrustAnchor) -> None:
    chain = [*x5c(aigul.certificate), *x5c(nca.certificate)]
    longer = jwt.PyJWS().encode(PAYLOAD, aigul.key, algorithm="RS256", headers={"x5c": chain})

    assert verify(longer, trust, NOW, Use.SIGN).signer.iin == AIGUL.iin


def test_another_payload_under_the_same_signature_is_refused(signed: str, trust: TrustAnchor) -> None:
    head, _, signature = signed.split(".")

    refusal = refused(f"{head}.{base64url(b'something else')}.{signature}", trust)

    assert refusal.code == "eds.signature-wrong"


def test_another_persons_certificate_is_refused(signed: str, bolat: Credential, trust: TrustAnchor) -> None:
    assert refused(with_header(signed, x5c=x5c(bolat.certificate)), trust).code == "eds.signature-wrong"


def test_the_same_keys_other_certificate_cannot_be_put_in_its_place(nca: Nca, trust: TrustAnchor) -> None:
    sign_in = nca.issue(AIGUL, Use.AUTH, BEGINS, ENDS)
    document = nca.issue(AIGUL, Use.SIGN, BEGINS, ENDS, key=sign_in.key)

    swapped = with_header(sign_jws(PAYLOAD, sign_in), x5c=x5c(document.certificate))

    assert refused(swapped, trust).code == "eds.signature-wrong"


def test_an_authority_of_the_same_name_with_another_key_is_unknown(trust: TrustAnchor) -> None:
    impostor = Nca.create("seed", NOW).issue(AIGUL, Use.SIGN, BEGINS, ENDS)

    assert refused(sign_jws(PAYLOAD, impostor), trust).code == "eds.chain-unknown"


def test_a_person_cannot_act_as_an_authority(aigul: Credential, trust: TrustAnchor) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert isinstance(aigul.key, rsa.RSAPrivateKey)
    forged = (
        x509.CertificateBuilder(aigul.certificate.subject, subject(f"IIN{BOLAT.iin}"))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(SIGNING, critical=True)
        .add_extension(PURPOSES, critical=False)
        .sign(aigul.key, hashes.SHA256())
    )
    chain = {"x5c": [*x5c(forged), *x5c(aigul.certificate)]}

    refusal = refused(jwt.PyJWS().encode(PAYLOAD, key, algorithm="ES256", headers=chain), trust)

    assert refusal.code == "eds.chain-unknown"


def test_an_authority_that_is_itself_out_of_force_vouches_for_nobody(signed: str, trust: TrustAnchor) -> None:
    after = trust.certificate.not_valid_after_utc + SECOND

    assert refused(signed, trust, at=after).code == "eds.chain-unknown"


@pytest.mark.parametrize("at", [BEGINS, ENDS], ids=["first second", "last second"])
def test_edge_07_a_certificate_is_judged_at_the_second_of_signing(
    signed: str, trust: TrustAnchor, at: datetime
) -> None:
    assert verify(signed, trust, at, Use.SIGN).payload == PAYLOAD


@pytest.mark.parametrize(
    ("at", "code"),
    [(BEGINS - SECOND, "eds.not-yet-valid"), (ENDS + SECOND, "eds.expired")],
    ids=["before", "after"],
)
def test_edge_03_outside_its_period_a_certificate_is_refused(
    signed: str, trust: TrustAnchor, at: datetime, code: str
) -> None:
    assert refused(signed, trust, at=at).code == code


def test_edge_04_a_revoked_certificate_is_refused_from_that_moment_on(
    signed: str, trust: TrustAnchor, aigul: Credential
) -> None:
    revoked = replace(trust, revoked={aigul.certificate.serial_number: NOW})

    before = verify(signed, revoked, NOW - SECOND, Use.SIGN)

    assert before.payload == PAYLOAD
    assert refused(signed, revoked, at=NOW).code == "eds.revoked"


@pytest.mark.parametrize(("has", "needed"), [(Use.AUTH, Use.SIGN), (Use.SIGN, Use.AUTH)])
def test_edge_06_a_certificate_serves_its_own_use_alone(nca: Nca, trust: TrustAnchor, has: Use, needed: Use) -> None:
    signed = sign_jws(PAYLOAD, nca.issue(AIGUL, has, BEGINS, ENDS))

    confirmed = verify(signed, trust, NOW, has)

    assert confirmed.signer.iin == AIGUL.iin
    assert refused(signed, trust, use=needed).code == "eds.key-usage"


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize(
    "usage",
    [
        key_usage(digital_signature=True),
        key_usage(content_commitment=True),
        key_usage(key_encipherment=True),
        key_usage(digital_signature=True, content_commitment=True, key_encipherment=True),
    ],
    ids=["neither use", "no signature to commit to", "no signature to sign in", "both uses at once"],
)
def test_a_certificate_of_a_muddled_use_is_refused(
    nca: Nca, trust: TrustAnchor, tmp_path: Path, use: Use, usage: x509.KeyUsage
) -> None:
    credential = issued_by(
        nca,
        tmp_path,
        lambda builder: (
            builder.subject_name(subject(f"IIN{AIGUL.iin}"))
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([use.purpose, eds.INDIVIDUAL]), critical=False)
        ),
    )

    assert refused(sign_jws(PAYLOAD, credential), trust, use=use).code == "eds.key-usage"


def test_a_certificate_of_the_other_uses_purpose_is_refused(nca: Nca, trust: TrustAnchor, tmp_path: Path) -> None:
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, eds.INDIVIDUAL])
    credential = issued_by(
        nca,
        tmp_path,
        lambda builder: (
            builder.subject_name(subject(f"IIN{AIGUL.iin}"))
            .add_extension(SIGNING, critical=True)
            .add_extension(purposes, critical=False)
        ),
    )

    assert refused(sign_jws(PAYLOAD, credential), trust).code == "eds.key-usage"


def test_a_certificate_without_key_usage_is_refused(nca: Nca, trust: TrustAnchor, tmp_path: Path) -> None:
    credential = issued_by(
        nca,
        tmp_path,
        lambda builder: builder.subject_name(subject(f"IIN{AIGUL.iin}")).add_extension(PURPOSES, critical=False),
    )

    assert refused(sign_jws(PAYLOAD, credential), trust).code == "eds.key-usage"


def test_edge_06_a_legal_entitys_certificate_does_not_serve_a_person(nca: Nca, trust: TrustAnchor) -> None:
    credential = nca.issue(AIGUL, Use.SIGN, BEGINS, ENDS, organisation=UNIVERSITY)

    assert refused(sign_jws(PAYLOAD, credential), trust).code == "eds.organisation"


@pytest.mark.parametrize(
    ("attribute", "role"),
    [
        (NameOID.ORGANIZATION_NAME, eds.INDIVIDUAL),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, eds.INDIVIDUAL),
        (None, eds.ORGANISATION),
    ],
    ids=["organisation in the name", "unit in the name", "organisation's role"],
)
def test_any_mark_of_a_legal_entity_suffices(
    nca: Nca, trust: TrustAnchor, tmp_path: Path, attribute: x509.ObjectIdentifier | None, role: x509.ObjectIdentifier
) -> None:
    entity = [x509.NameAttribute(attribute, "ҚазҰУ")] if attribute else []
    credential = issued_by(
        nca,
        tmp_path,
        lambda builder: (
            builder.subject_name(x509.Name([*subject(f"IIN{AIGUL.iin}"), *entity]))
            .add_extension(SIGNING, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, role]), critical=False)
        ),
    )

    assert refused(sign_jws(PAYLOAD, credential), trust).code == "eds.organisation"


@pytest.mark.parametrize("number", ["900215100016", "BIN260140000005", "IIN90021510001", "IIN9002151000166"])
def test_a_certificate_without_an_iin_is_refused(nca: Nca, trust: TrustAnchor, tmp_path: Path, number: str) -> None:
    credential = issued_by(
        nca,
        tmp_path,
        lambda builder: (
            builder.subject_name(subject(number))
            .add_extension(SIGNING, critical=True)
            .add_extension(PURPOSES, critical=False)
        ),
    )

    assert refused(sign_jws(PAYLOAD, credential), trust).code == "eds.iin-missing"


def test_a_certificate_with_two_iins_is_refused(nca: Nca, trust: TrustAnchor, tmp_path: Path) -> None:
    two = x509.Name([*subject(f"IIN{AIGUL.iin}"), *subject(f"IIN{BOLAT.iin}")])
    credential = issued_by(
        nca,
        tmp_path,
        lambda builder: (
            builder.subject_name(two).add_extension(SIGNING, critical=True).add_extension(PURPOSES, critical=False)
        ),
    )

    assert refused(sign_jws(PAYLOAD, credential), trust).code == "eds.iin-missing"


@pytest.mark.parametrize("alg", ["none", "None", "", "HS256", "RS384", "GOST3410-2015-512", None, 5, ["RS256"], ...])
def test_only_known_algorithms_are_believed(signed: str, trust: TrustAnchor, alg: object) -> None:
    assert refused(with_header(signed, alg=alg), trust).code == "eds.algorithm"


def test_a_message_without_signature_is_refused(signed: str, trust: TrustAnchor) -> None:
    unsigned = with_header(signed, alg="none").rpartition(".")[0] + "."

    assert refused(unsigned, trust).code == "eds.malformed"


def test_the_public_key_is_no_shared_secret(aigul: Credential, trust: TrustAnchor) -> None:
    public = aigul.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forger = jwt.PyJWS()
    forger.unregister_algorithm("HS256")
    forger.register_algorithm("HS256", _AnySecret(jwt.algorithms.HMACAlgorithm.SHA256))

    forged = forger.encode(PAYLOAD, public, algorithm="HS256", headers={"x5c": x5c(aigul.certificate)})

    assert refused(forged, trust).code == "eds.algorithm"


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), "RS256"),
        (lambda: rsa.generate_private_key(65537, 2048), "ES256"),
        (lambda: ec.generate_private_key(ec.SECP384R1()), "ES256"),
        (lambda: rsa.generate_private_key(65537, 1024), "RS256"),  # noqa: S505 - what is to be refused
    ],
    ids=["elliptic as RSA", "RSA as elliptic", "another curve", "short RSA"],
)
def test_a_key_of_another_kind_than_the_algorithms_is_refused(
    nca: Nca, trust: TrustAnchor, signed: str, key: Callable[[], rsa.RSAPrivateKey], alg: str
) -> None:
    credential = nca.issue(AIGUL, Use.SIGN, BEGINS, ENDS, key=key())

    confused = with_header(signed, alg=alg, x5c=x5c(credential.certificate))

    assert refused(confused, trust).code == "eds.algorithm"


def test_an_algorithm_can_be_plugged_in(signed: str, trust: TrustAnchor) -> None:
    def gost(jws: str, signer: x509.Certificate) -> bytes:
        return f"{len(jws)} {signer.serial_number}".encode()

    table: Mapping[str, eds.Verifier] = {**eds.VERIFIERS, "GOST": gost}
    message = with_header(signed, alg="GOST")

    confirmed = verify(message, trust, NOW, Use.SIGN, table)

    assert confirmed.payload.startswith(str(len(message)).encode())


@pytest.mark.parametrize(
    "jws",
    [
        "",
        "..",
        "no dots at all",
        "one.dot",
        "fo.ur.do.ts",
        "e30.e30.e30\n",
        "e30=.e30.e30",
        "қаз.ақ.ша",
        "\ud800.\ud800.\ud800",
        f"{base64url(b'not json')}.e30.e30",
        f"{base64url(b'[]')}.e30.e30",
        f"{base64url(b'[' * 9000)}.e30.e30",
        base64url(b'{"alg":"RS256","n":' + b"9" * 9000 + b"}") + ".e30.e30",
    ],
    ids=range(13),
)
def test_what_is_no_message_is_refused(trust: TrustAnchor, jws: str) -> None:
    assert refused(jws, trust).code == "eds.malformed"


@pytest.mark.parametrize(
    "changes",
    [
        {"x5c": ...},
        {"x5c": []},
        {"x5c": "text"},
        {"x5c": [None]},
        {"x5c": ["no base64!"]},
        {"x5c": ["қазақша"]},
        {"x5c": ["AAAA"]},
        {"x5c": ["AAAA"] * 4},
        {"crit": ["unheard-of"]},
        {"b64": False, "crit": ["b64"]},
        {"kid": 5},
    ],
    ids=str,
)
def test_a_header_that_cannot_be_understood_is_refused(
    signed: str, trust: TrustAnchor, changes: dict[str, object]
) -> None:
    assert refused(with_header(signed, **changes), trust).code == "eds.malformed"


def test_a_longer_chain_than_three_is_refused(aigul: Credential, trust: TrustAnchor) -> None:
    long = jwt.PyJWS().encode(PAYLOAD, aigul.key, algorithm="RS256", headers={"x5c": x5c(aigul.certificate) * 4})

    assert refused(long, trust).code == "eds.malformed"


def test_a_certificate_in_loose_base64_is_refused(aigul: Credential, trust: TrustAnchor) -> None:
    loose = [f" {text}" for text in x5c(aigul.certificate)]
    message = jwt.PyJWS().encode(PAYLOAD, aigul.key, algorithm="RS256", headers={"x5c": loose})

    assert refused(message, trust).code == "eds.malformed"


def test_a_message_has_one_spelling(signed: str, trust: TrustAnchor) -> None:
    assert refused(f"{signed}==", trust).code == "eds.malformed"


def test_a_message_over_the_size_limit_is_not_even_parsed(aigul: Credential, trust: TrustAnchor) -> None:
    fits = sign_jws(b"x" * (eds.MAX_JWS_CHARACTERS // 2), aigul)
    too_long = sign_jws(b"x" * eds.MAX_JWS_CHARACTERS, aigul)

    assert verify(fits, trust, NOW, Use.SIGN).payload.startswith(b"x")
    assert refused(too_long, trust).code == "eds.malformed"


def test_a_header_over_the_size_limit_is_refused(signed: str, trust: TrustAnchor) -> None:
    padded = with_header(signed, padding="x" * eds.MAX_HEADER_CHARACTERS)

    refusal = refused(padded, trust)

    assert refusal.code == "eds.malformed"
    assert str(eds.MAX_HEADER_CHARACTERS) in refusal.detail


def test_a_signing_time_without_zone_is_a_bug_not_a_refusal(signed: str, trust: TrustAnchor) -> None:
    with pytest.raises(ValueError, match="zone"):
        verify(signed, trust, NOW.replace(tzinfo=None), Use.SIGN)


@given(data=st.data())
def test_no_change_of_one_character_gets_another_payload_accepted(
    signed: str, trust: TrustAnchor, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(signed) - 1))
    character = data.draw(st.characters(max_codepoint=255) | st.sampled_from("ABCdef019-_."))
    changed = signed[:place] + character + signed[place + 1 :]

    with suppress(EdsNotConfirmed):
        assert verify(changed, trust, NOW, Use.SIGN).payload == PAYLOAD
        assert changed == signed


def test_every_fault_has_a_remedy() -> None:
    assert set(eds.REMEDIES) == set(Fault)


def test_the_anchor_is_loaded_with_what_it_revoked(nca: Nca, tmp_path: Path) -> None:
    lost = nca.issue(BOLAT, Use.SIGN, BEGINS, ENDS)
    nca.revoke(lost.certificate.serial_number, NOW)
    nca.save(tmp_path)
    nca.publish(tmp_path, NOW)

    trust = TrustAnchor.load(tmp_path / CERTIFICATE_FILE, tmp_path / "nca.crl")

    assert refused(sign_jws(PAYLOAD, lost), trust).code == "eds.revoked"


def test_edge_04_a_new_list_counts_from_then_on_and_a_broken_one_changes_nothing(nca: Nca, tmp_path: Path) -> None:
    lost = nca.issue(BOLAT, Use.SIGN, BEGINS, ENDS)
    nca.save(tmp_path)
    nca.publish(tmp_path, NOW - SECOND)
    authority = Authority(tmp_path / CERTIFICATE_FILE, tmp_path / CRL_FILE)
    signed = sign_jws(PAYLOAD, lost)
    assert verify(signed, authority.trust, NOW, Use.SIGN).payload == PAYLOAD

    nca.revoke(lost.certificate.serial_number, NOW)
    nca.publish(tmp_path, NOW)
    assert refused(signed, authority.trust).code == "eds.revoked"

    (tmp_path / CRL_FILE).write_text("half a list")
    assert refused(signed, authority.trust).code == "eds.revoked"
    (tmp_path / CRL_FILE).unlink()
    assert refused(signed, authority.trust).code == "eds.revoked"


def test_without_a_list_nothing_is_revoked(nca: Nca, tmp_path: Path) -> None:
    nca.save(tmp_path)

    assert TrustAnchor.load(tmp_path / CERTIFICATE_FILE) == TrustAnchor(nca.certificate, {})


def test_another_authoritys_list_is_not_believed(nca: Nca, tmp_path: Path) -> None:
    nca.save(tmp_path)
    Nca.create("seed", NOW).publish(tmp_path, NOW)

    with pytest.raises(ValueError, match="not signed by the trusted authority"):
        TrustAnchor.load(tmp_path / CERTIFICATE_FILE, tmp_path / "nca.crl")


def test_a_file_that_is_no_list_is_named(nca: Nca, tmp_path: Path) -> None:
    nca.save(tmp_path)
    (tmp_path / "nca.crl").write_text("nothing")

    with pytest.raises(ValueError, match=r"nca\.crl: not a revocation list"):
        TrustAnchor.load(tmp_path / CERTIFICATE_FILE, tmp_path / "nca.crl")


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    with pytest.raises(ValueError, match=r"ca\.pem: not an authority's certificate"):
        TrustAnchor.load(tmp_path / "ca.pem")


def test_a_persons_certificate_is_no_anchor(aigul: Credential, nca: Nca, tmp_path: Path) -> None:
    declared = issued_by(
        nca,
        tmp_path,
        lambda builder: builder.subject_name(subject(f"IIN{AIGUL.iin}")).add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        ),
    )

    for certificate in (aigul.certificate, declared.certificate):
        (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        with pytest.raises(ValueError, match="authority's"):
            TrustAnchor.load(tmp_path / "ca.pem")
