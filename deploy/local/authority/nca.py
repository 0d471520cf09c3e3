"""The simulated national certification authority: certificates for people who do not exist.

Its certificates have the shape of the real authority's (subject, key usage, roles, policies), its
keys are RSA-2048, and nothing it signs is worth anything outside a simulation. Everything that it
writes has mode 0600 and belongs in the run directory or the user's cache, never in a repository.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID, ObjectIdentifier

from deploy.local.authority.holders import Organisation, Person, subject_of
from deploy.local.authority.keys import Credential, PrivateKey, key_pem, load_key, new_key
from deploy.local.servers.private import write_private
from services._eds.signature import INDIVIDUAL, ORGANISATION, UNREADABLE, Use

CERTIFICATE_FILE: Final = "nca.pem"
KEY_FILE: Final = "nca.key"
STATE_FILE: Final = "nca.json"
CRL_FILE: Final = "nca.crl"
ISSUER: Final = "ҰКО 3.0 (RSA SIM)"

_PAST: Final = timedelta(days=5 * 365)
_FUTURE: Final = timedelta(days=15 * 365)
_CRL_LIFETIME: Final = timedelta(days=1)
_MOST_NONCE_BYTES: Final = 128  # RFC 9654
_POLICIES: Final = {
    (ORGANISATION, Use.SIGN): ObjectIdentifier("1.2.398.3.3.2.1"),
    (ORGANISATION, Use.AUTH): ObjectIdentifier("1.2.398.3.3.2.2"),
    (INDIVIDUAL, Use.SIGN): ObjectIdentifier("1.2.398.3.3.2.3"),
    (INDIVIDUAL, Use.AUTH): ObjectIdentifier("1.2.398.3.3.2.4"),
}


class Nca:
    """The authority: its key, and what it has issued and taken back. Not for use by several threads."""

    def __init__(
        self,
        seed: str,
        credential: Credential,
        issued: dict[str, int],
        revoked: dict[int, datetime],
    ) -> None:
        self._seed = seed
        self._credential = credential
        self._issued = issued
        self._revoked = revoked

    @classmethod
    def create(cls, seed: str, now: datetime) -> Self:
        """A new authority with a random key, as if it had been at work for five years at `now`.

        `seed` decides the serial numbers, so that a run that is repeated names the same
        certificates; the keys, and so the signatures, differ.
        """
        key = new_key()
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, ISSUER),
                x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            ]
        )
        certificate = (
            x509.CertificateBuilder(subject_name=name, issuer_name=name)
            .public_key(key.public_key())
            .serial_number(_serial(seed, "authority", 0))
            .not_valid_before(_utc("now", now) - _PAST)
            .not_valid_after(_utc("now", now) + _FUTURE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage("key_cert_sign", "crl_sign"), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(seed, Credential(key, certificate), {}, {})

    @classmethod
    def load(cls, directory: Path) -> Self:
        """The authority that `save` wrote. Raises OSError if absent, ValueError if spoilt."""
        key = load_key((directory / KEY_FILE).read_bytes())
        certificate = x509.load_pem_x509_certificate((directory / CERTIFICATE_FILE).read_bytes())
        if certificate.public_key() != key.public_key():
            raise ValueError(f"{directory}: key and certificate differ; create the authority anew")
        state = json.loads((directory / STATE_FILE).read_text())
        revoked = {int(serial, 16): datetime.fromisoformat(at) for serial, at in state["revoked"].items()}
        return cls(state["seed"], Credential(key, certificate), state["issued"], revoked)

    def save(self, directory: Path) -> None:
        """Write key, certificate and state; `CERTIFICATE_FILE` is what verifiers trust."""
        state = {
            "seed": self._seed,
            "issued": self._issued,
            "revoked": {f"{serial:x}": at.isoformat() for serial, at in self._revoked.items()},
        }
        write_private(directory / KEY_FILE, key_pem(self._credential.key))
        write_private(directory / CERTIFICATE_FILE, self.certificate.public_bytes(Encoding.PEM))
        write_private(directory / STATE_FILE, json.dumps(state, indent=1, sort_keys=True).encode())

    def publish(self, directory: Path, now: datetime) -> None:
        """Write the revocation list, which verifiers read anew."""
        write_private(directory / CRL_FILE, self.crl(now).public_bytes(Encoding.PEM))

    @property
    def certificate(self) -> x509.Certificate:
        """The authority's own certificate: the trust anchor."""
        return self._credential.certificate

    def issue(
        self,
        person: Person,
        use: Use,
        not_before: datetime,
        not_after: datetime,
        key: PrivateKey | None = None,
        *,
        organisation: Organisation | None = None,
    ) -> Credential:
        """A certificate for `person`, or for their part in an organisation.

        Without `key` a new one is made. Raises ValueError for a period that has no zone, ends
        before it begins or exceeds the authority's own.
        """
        self._require_period(_utc("not_before", not_before), _utc("not_after", not_after))
        key = key or new_key()
        role = ORGANISATION if organisation else INDIVIDUAL
        builder = (
            x509.CertificateBuilder()
            .issuer_name(self.certificate.subject)
            .subject_name(subject_of(person, organisation))
            .serial_number(self._next_serial(person.iin, use))
            .not_valid_before(_utc("not_before", not_before))
            .not_valid_after(_utc("not_after", not_after))
            .public_key(key.public_key())
        )
        builder = self._with_profile(builder, key, use, role)
        return Credential(key, builder.sign(self._credential.key, hashes.SHA256()))

    def revoke(self, serial: int, at: datetime) -> None:
        """Take a certificate back from `at` on; the first time counts. Unknown: ValueError."""
        if serial not in self._serials():
            raise ValueError(f"serial: {serial:x} was not issued here; give an issued number")
        self._revoked.setdefault(serial, _utc("at", at))

    def crl(self, now: datetime) -> x509.CertificateRevocationList:
        """The signed list of what is revoked by `now`."""
        at = _utc("now", now)
        builder = (
            x509.CertificateRevocationListBuilder(
                self.certificate.subject, last_update=at, next_update=at + _CRL_LIFETIME
            )
            .add_extension(self._key_identifier, critical=False)
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)  # RFC 5280, 5.2.3: it only grows
        )
        for serial, since in sorted(self._revoked.items()):
            if since <= at:
                builder = builder.add_revoked_certificate(_revocation(serial, since))
        return builder.sign(self._credential.key, hashes.SHA256())

    def answer(self, request: bytes, now: datetime) -> bytes:
        """What the authority's OCSP responder says by `now` to a request for one certificate (RFC 6960), DER.

        What is no such request is `malformedRequest`, one about another authority's certificate `unauthorized`.
        """
        try:
            asked = ocsp.load_der_ocsp_request(request)
            ours, nonce = self._asked_of_us(asked), _nonce(asked)
            if not ours:
                return unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
            return self._status(asked, nonce, _utc("now", now))
        except UNREADABLE:  # a negative serial number is found out only when it is to be written into the answer
            return unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)

    def _asked_of_us(self, asked: ocsp.OCSPRequest) -> bool:
        """Whether the issuer that the request names is this authority, by the hashes that the request chose."""
        builder = ocsp.OCSPRequestBuilder().add_certificate(self.certificate, self.certificate, asked.hash_algorithm)
        own = builder.build()
        return (asked.issuer_name_hash, asked.issuer_key_hash) == (own.issuer_name_hash, own.issuer_key_hash)

    def _status(self, asked: ocsp.OCSPRequest, nonce: x509.OCSPNonce | None, at: datetime) -> bytes:
        since = self._revoked.get(asked.serial_number)
        revoked = since is not None and since <= at
        known = asked.serial_number in self._serials()
        status = ocsp.OCSPCertStatus.GOOD if known else ocsp.OCSPCertStatus.UNKNOWN
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                issuer_name_hash=asked.issuer_name_hash,
                issuer_key_hash=asked.issuer_key_hash,
                serial_number=asked.serial_number,
                algorithm=asked.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else status,
                this_update=at,
                next_update=at + _CRL_LIFETIME,
                revocation_time=since if revoked else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        )
        if nonce:
            builder = builder.add_extension(nonce, critical=False)
        return builder.sign(self._credential.key, hashes.SHA256()).public_bytes(Encoding.DER)

    @property
    def _key_identifier(self) -> x509.AuthorityKeyIdentifier:
        own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)

    def _with_profile(
        self, builder: x509.CertificateBuilder, key: PrivateKey, use: Use, role: ObjectIdentifier
    ) -> x509.CertificateBuilder:
        second = "content_commitment" if use is Use.SIGN else "key_encipherment"
        policy = x509.PolicyInformation(_POLICIES[role, use], None)
        return (
            builder.add_extension(_key_usage("digital_signature", second), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use.purpose, role]), critical=False)
            .add_extension(x509.CertificatePolicies([policy]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(self._key_identifier, critical=False)
        )

    def _require_period(self, not_before: datetime, not_after: datetime) -> None:
        first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not first <= not_before <= not_after <= last:
            raise ValueError(
                f"not_before, not_after: {not_before} to {not_after} is no period within the"
                f" authority's own; choose one between {first} and {last}"
            )

    def _next_serial(self, iin: str, use: Use) -> int:
        holder = f"{iin}/{use}"
        counter = self._issued.get(holder, 0)
        self._issued[holder] = counter + 1
        return _serial(self._seed, holder, counter)

    def _serials(self) -> Iterator[int]:
        for holder, count in self._issued.items():
            yield from (_serial(self._seed, holder, counter) for counter in range(count))


def unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    """An OCSP responder's answer that says why there is none (RFC 6960, 2.3), DER."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _nonce(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    """What the answer has to repeat; ValueError if it is longer than RFC 9654 allows."""
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None
    if not 1 <= len(nonce.nonce) <= _MOST_NONCE_BYTES:
        raise ValueError(f"nonce: {len(nonce.nonce)} bytes; send 1 to {_MOST_NONCE_BYTES}")
    return nonce


def _serial(seed: str, holder: str, counter: int) -> int:
    """A positive number of at most 20 octets (RFC 5280, 4.1.2.2), the same for the same causes."""
    digest = sha256(json.dumps([seed, holder, counter]).encode()).digest()
    return (int.from_bytes(digest[:20]) >> 1) | 1


def _key_usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature="digital_signature" in allowed,
        content_commitment="content_commitment" in allowed,
        key_encipherment="key_encipherment" in allowed,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign="key_cert_sign" in allowed,
        crl_sign="crl_sign" in allowed,
        encipher_only=False,
        decipher_only=False,
    )


def _revocation(serial: int, since: datetime) -> x509.RevokedCertificate:
    return x509.RevokedCertificateBuilder(serial_number=serial, revocation_date=since).build()


def _utc(field: str, moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{field}: a time without zone; give an aware datetime")
    return moment.astimezone(UTC).replace(microsecond=0)
