"""EDS, checked on the server: whose signature this is, and why one is not confirmed.

The browser keeps the person's key (INC-24); the portal receives a compact JWS (RFC 7515) with the
certificate in `x5c` and believes nothing of it that the certification authority did not sign.
A signature is judged at the moment of signing, never at the moment of reading (EDGE-07).
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, Self, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from jwt import get_algorithm_by_name
from jwt.exceptions import InvalidKeyError

X = TypeVar("X", bound=x509.ExtensionType)

MAX_JWS_CHARACTERS: Final = 256 * 1024
MAX_HEADER_CHARACTERS: Final = 32 * 1024
MAX_CERTIFICATES: Final = 3

# Roles and purposes as the national certification authority writes them.
INDIVIDUAL: Final = ObjectIdentifier("1.2.398.3.3.4.1.1")
ORGANISATION: Final = ObjectIdentifier("1.2.398.3.3.4.1.2")

_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_IIN: Final = re.compile(r"IIN([0-9]{12})")


# What cryptography raises on DER that is none, or says what it cannot hold: a version, a number, a time, an algorithm.
UNREADABLE: Final = (
    TypeError,
    ValueError,
    OverflowError,
    NotImplementedError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)


class Use(StrEnum):
    """What a certificate's key is for: signing a document, or signing in."""

    SIGN = "sign"
    AUTH = "auth"

    @property
    def purpose(self) -> ObjectIdentifier:
        """The extended key usage that goes with it."""
        if self is Use.SIGN:
            return ExtendedKeyUsageOID.EMAIL_PROTECTION
        return ExtendedKeyUsageOID.CLIENT_AUTH


class Fault(StrEnum):
    """Why a signature is not confirmed. The values are part of the API: clients switch on them."""

    MALFORMED = "eds.malformed"
    ALGORITHM = "eds.algorithm"
    CHAIN_UNKNOWN = "eds.chain-unknown"
    SIGNATURE_WRONG = "eds.signature-wrong"
    NOT_YET_VALID = "eds.not-yet-valid"
    EXPIRED = "eds.expired"
    REVOKED = "eds.revoked"
    ORGANISATION = "eds.organisation"
    KEY_USAGE = "eds.key-usage"
    IIN_MISSING = "eds.iin-missing"


REMEDIES: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.MALFORMED: "send a compact JWS (RFC 7515) with the signer's certificate in x5c",
        Fault.ALGORITHM: "sign with RS256 or ES256 and a key of that kind",
        Fault.CHAIN_UNKNOWN: "sign with a certificate of the authority that is trusted here",
        Fault.SIGNATURE_WRONG: "sign again, with the key that belongs to the certificate",
        Fault.NOT_YET_VALID: "wait until the certificate is in force, or use another one",
        Fault.EXPIRED: "obtain a new certificate and sign again",
        Fault.REVOKED: "obtain a new certificate and sign again",
        Fault.ORGANISATION: "sign with your certificate of an individual",
        Fault.KEY_USAGE: "use the SIGN certificate for documents, the AUTH one to sign in",
        Fault.IIN_MISSING: "obtain a certificate whose subject carries serialNumber=IIN############",
    }
)


class EdsNotConfirmed(Exception):  # noqa: N818 - a refusal by the regulation, like Refused
    """The signature is not confirmed (GRANT-PORTAL-6). `code` is one of `Fault`."""

    def __init__(self, code: str, detail: str, remedy: str) -> None:
        super().__init__(f"{code}: {detail}; {remedy}")
        self.code = code
        self.detail = detail
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Signer:
    """The person whom the certificate names.

    `name` is what the certificate's common name holds beside the surname (an authority may have
    shortened it); the IIN alone identifies. `certificate_serial` is lower-case hexadecimal.
    """

    iin: str
    surname: str
    name: str
    patronymic: str | None
    certificate_serial: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed and by whom, with the evidence.

    `digest` is the SHA-256 of the payload in hexadecimal; `jws` the message as received, which can
    be checked again later; `certificate` the signer's certificate in PEM.
    """

    payload: bytes
    signer: Signer
    digest: str
    jws: str
    certificate: str


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """The one authority whose certificates count, and what it revoked: serial number, since when."""

    certificate: x509.Certificate
    revoked: Mapping[int, datetime] = field(default_factory=dict)

    @classmethod
    def load(cls, certificate: Path, crl: Path | None = None) -> Self:
        """Read the authority's certificate and its revocation list, both PEM.

        Without a list nothing counts as revoked. The list's age is not judged: virtual time would
        outrun any. Raises ValueError for a file that is not what it should be, OSError if absent.
        """
        authority = _authority(certificate)
        return cls(authority, _revocations(crl, authority) if crl else {})


class Verifier(Protocol):
    """Checks the signature of one `alg`: the plug-in point for GOST."""

    def __call__(self, jws: str, signer: x509.Certificate) -> bytes:
        """Return the payload that `signer`'s key signed, or raise EdsNotConfirmed."""


@dataclass(frozen=True, slots=True)
class Jose:
    """A JOSE algorithm, tied to its kind of key so that no key is used as another kind."""

    alg: str
    key: type[rsa.RSAPublicKey] | type[ec.EllipticCurvePublicKey]

    def __call__(self, jws: str, signer: x509.Certificate) -> bytes:
        """See Verifier."""
        signed, _, proof = jws.rpartition(".")
        payload, signature = _decoded(signed.partition(".")[2]), _decoded(proof)
        algorithm = get_algorithm_by_name(self.alg)
        key = self._key_of(signer)
        weakness = algorithm.check_key_length(key)
        if weakness:
            raise refusal(Fault.ALGORITHM, f"the key does not fit {self.alg}: {weakness}")
        try:
            key = algorithm.prepare_key(key)
        except InvalidKeyError as error:
            raise refusal(Fault.ALGORITHM, f"the key does not fit {self.alg}: {error}") from error
        if not algorithm.verify(signed.encode(), key, signature):
            raise refusal(Fault.SIGNATURE_WRONG, "the signature does not fit: it is not of this key and these bytes")
        return payload

    def _key_of(self, signer: x509.Certificate) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
        try:
            key = signer.public_key()
        except UNREADABLE as error:
            raise refusal(Fault.ALGORITHM, "the certificate's key is of no known kind") from error
        if not isinstance(key, self.key):
            raise refusal(Fault.ALGORITHM, f"the certificate's key is not one for {self.alg}")
        return key


VERIFIERS: Final[Mapping[str, Verifier]] = MappingProxyType(
    {
        "RS256": Jose("RS256", rsa.RSAPublicKey),
        "ES256": Jose("ES256", ec.EllipticCurvePublicKey),
    }
)


def verify(
    jws: str,
    trust: TrustAnchor,
    at: datetime,
    use: Use,
    verifiers: Mapping[str, Verifier] = VERIFIERS,
) -> Signed:
    """Confirm a signature made at `at` for `use`.

    `at` is the portal's virtual time when the message arrived, never a time the signer states.
    Raises EdsNotConfirmed with the first fault found, ValueError if `at` has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("at: a time without zone; give an aware datetime")
    header = _header(jws)
    verifier = _verifier(header, verifiers)
    try:
        return _judged(jws, _leaf(header, trust, at), verifier, trust, at, use)
    except UNREADABLE as error:  # DER is read when it is asked for: any part of it may turn out to be none
        raise refusal(Fault.MALFORMED, "x5c[0] is no certificate that can be read") from error


def _judged(
    jws: str, certificate: x509.Certificate, verifier: Verifier, trust: TrustAnchor, at: datetime, use: Use
) -> Signed:
    payload = verifier(jws, certificate)
    _require_in_force(certificate, trust, at)
    _require_individual(certificate)
    _require_use(certificate, use)
    return Signed(
        payload=payload,
        signer=_signer(certificate),
        digest=sha256(payload).hexdigest(),
        jws=jws,
        certificate=certificate.public_bytes(Encoding.PEM).decode(),
    )


def refusal(fault: Fault, detail: str) -> EdsNotConfirmed:
    """The exception for a fault, with its remedy; verifiers that are plugged in use it too."""
    return EdsNotConfirmed(fault.value, detail, REMEDIES[fault])


def require_standing(revoked_since: datetime | None, at: datetime) -> None:
    """Whoever says since when the certificate is revoked: raises EdsNotConfirmed if it was by `at`."""
    if revoked_since is not None and revoked_since <= at:
        raise refusal(Fault.REVOKED, f"the certificate was revoked at {revoked_since.isoformat()}")


def _header(jws: str) -> Mapping[str, object]:
    if len(jws) > MAX_JWS_CHARACTERS:
        raise refusal(Fault.MALFORMED, f"the JWS is longer than {MAX_JWS_CHARACTERS} characters")
    compact = _COMPACT.fullmatch(jws)
    if compact is None:
        raise refusal(Fault.MALFORMED, "not three base64url parts joined by dots")
    if len(compact[1]) > MAX_HEADER_CHARACTERS:
        raise refusal(Fault.MALFORMED, f"its header is longer than {MAX_HEADER_CHARACTERS}")
    try:
        header = json.loads(_decoded(compact[1]))
    except (ValueError, RecursionError) as error:
        raise refusal(Fault.MALFORMED, "its header is no JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("kid", ""), str):
        raise refusal(Fault.MALFORMED, "its header is no JSON object with a text as kid")
    if "crit" in header or header.get("b64", True) is not True:
        raise refusal(Fault.MALFORMED, "its header asks for something that is not known here: crit, b64")
    return header


def _decoded(part: str) -> bytes:
    """Base64url without padding, as RFC 7515 has it, and in its one form, so that no two texts say the same."""
    try:
        found = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise refusal(Fault.MALFORMED, "a part is not base64url") from error
    if base64.urlsafe_b64encode(found).rstrip(b"=") != part.encode():
        raise refusal(Fault.MALFORMED, "a part is not base64url in its one form")
    return found


def _verifier(header: Mapping[str, object], verifiers: Mapping[str, Verifier]) -> Verifier:
    alg = header.get("alg")
    verifier = verifiers.get(alg) if isinstance(alg, str) else None
    if verifier is None:
        named = repr(alg)[:80]
        raise refusal(Fault.ALGORITHM, f"alg {named}: a signature is present, not checked")
    return verifier


def _leaf(header: Mapping[str, object], trust: TrustAnchor, at: datetime) -> x509.Certificate:
    """The signer's certificate. The rest of x5c is not read: trust comes from the anchor alone."""
    chain = header.get("x5c")
    if not isinstance(chain, list) or not 1 <= len(chain) <= MAX_CERTIFICATES:
        raise refusal(Fault.MALFORMED, f"x5c is not a list of 1 to {MAX_CERTIFICATES} certificates")
    if not isinstance(chain[0], str):
        raise refusal(Fault.MALFORMED, "x5c[0] is no certificate (base64 of DER)")
    authority = trust.certificate
    leaf = _issued(chain[0], authority)
    if not authority.not_valid_before_utc <= at <= authority.not_valid_after_utc:
        raise refusal(Fault.CHAIN_UNKNOWN, f"the authority is not in force at {at}")
    return leaf


@lru_cache(maxsize=1_000)
def _issued(encoded: str, authority: x509.Certificate) -> x509.Certificate:
    """A certificate of the authority's. It stays one, so that who signs again is not looked at again."""
    try:
        leaf = x509.load_der_x509_certificate(base64.b64decode(encoded, validate=True))
    except UNREADABLE as error:
        raise refusal(Fault.MALFORMED, "x5c[0] is no certificate (base64 of DER)") from error
    try:
        leaf.verify_directly_issued_by(authority)
    except (InvalidSignature, *UNREADABLE) as error:
        trusted = authority.subject.rfc4514_string()
        raise refusal(Fault.CHAIN_UNKNOWN, f"the certificate is not issued by {trusted}") from error
    return leaf


def _require_in_force(leaf: x509.Certificate, trust: TrustAnchor, at: datetime) -> None:
    if at < leaf.not_valid_before_utc:
        begins = leaf.not_valid_before_utc.isoformat()
        raise refusal(Fault.NOT_YET_VALID, f"the certificate is in force from {begins}")
    if at > leaf.not_valid_after_utc:
        ended = leaf.not_valid_after_utc.isoformat()
        raise refusal(Fault.EXPIRED, f"the certificate was in force until {ended}")
    require_standing(trust.revoked.get(leaf.serial_number), at)


def _require_individual(leaf: x509.Certificate) -> None:
    entity = [
        *leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
        *leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME),
    ]
    if entity or INDIVIDUAL not in _extension(leaf, x509.ExtendedKeyUsage):
        raise refusal(Fault.ORGANISATION, "the certificate is not one of an individual")


def _require_use(leaf: x509.Certificate, use: Use) -> None:
    usage = _extension(leaf, x509.KeyUsage)
    signs = usage.digital_signature and usage.content_commitment
    authenticates = usage.digital_signature and usage.key_encipherment
    allowed = {Use.SIGN: signs and not authenticates, Use.AUTH: authenticates and not signs}
    if not allowed[use] or use.purpose not in _extension(leaf, x509.ExtendedKeyUsage):
        raise refusal(Fault.KEY_USAGE, f"the certificate is not one for the use {use.name}")


def _extension(certificate: x509.Certificate, kind: type[X]) -> X:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, *UNREADABLE) as error:
        detail = f"the certificate has no readable {kind.__name__}"
        raise refusal(Fault.KEY_USAGE, detail) from error


def _signer(leaf: x509.Certificate) -> Signer:
    number = _IIN.fullmatch(_attribute(leaf.subject, NameOID.SERIAL_NUMBER))
    if number is None:
        raise refusal(Fault.IIN_MISSING, "the certificate's subject carries no IIN")
    surname = _attribute(leaf.subject, NameOID.SURNAME)
    return Signer(
        iin=number[1],
        surname=surname,
        name=_attribute(leaf.subject, NameOID.COMMON_NAME).removeprefix(surname).strip(),
        patronymic=_attribute(leaf.subject, NameOID.GIVEN_NAME) or None,
        certificate_serial=f"{leaf.serial_number:x}",
    )


def _attribute(subject: x509.Name, oid: ObjectIdentifier) -> str:
    """The attribute's value; empty if it is absent or, being ambiguous, there more than once."""
    values = [str(attribute.value) for attribute in subject.get_attributes_for_oid(oid)]
    return values[0] if len(values) == 1 else ""


def _authority(path: Path) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, x509.ExtensionNotFound) as error:
        raise ValueError(f"{path}: not an authority's certificate in PEM; name its file") from error
    if not constraints.ca:
        raise ValueError(f"{path}: a person's certificate, not an authority's; name the latter")
    return certificate


def _revocations(path: Path, authority: x509.Certificate) -> Mapping[int, datetime]:
    try:
        crl = x509.load_pem_x509_crl(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not a revocation list in PEM; name its file") from error
    key = authority.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or not crl.is_signature_valid(key):
        raise ValueError(f"{path}: not signed by the trusted authority; use that authority's list")
    return {entry.serial_number: entry.revocation_date_utc for entry in crl}
