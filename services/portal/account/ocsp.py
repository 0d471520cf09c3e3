"""Asking the authority at each signature whether the certificate still stands (OCSP, RFC 6960; EDGE-04).

No answer, or one that does not know, is nobody's fault and no ground to refuse: the person tries again later.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from services._eds.signature import UNREADABLE

WITHIN_SECONDS: Final = 5.0
_MOST_BYTES: Final = 64 * 1024
_NONCE_BYTES: Final = 32  # RFC 9654
_SKEW: Final = timedelta(minutes=5)
_HEADERS: Final = {"content-type": "application/ocsp-request", "accept": "application/ocsp-response"}


class StatusUnknown(Exception):  # noqa: N818 - it reads as a fact
    """Whether the certificate stands cannot be said now."""


class Responder:
    """The responder of the one authority that is trusted. Whose answers count: its own, and those of a certificate that it
    issued for that purpose (RFC 6960, 4.2.2.2), if it was valid at the moment that the answer speaks of.
    """

    def __init__(self, url: str, authority: x509.Certificate, http: httpx.AsyncClient | None = None) -> None:
        self._url = url
        self._authority = authority
        self._http = http or httpx.AsyncClient(timeout=WITHIN_SECONDS, trust_env=False, follow_redirects=False)

    async def revoked_since(self, certificate: x509.Certificate) -> datetime | None:
        """Since when it is revoked; None when it stands. Raises StatusUnknown."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, self._authority, hashes.SHA256())
        asked = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
        answer = _read(await self._post(asked.public_bytes(Encoding.DER)))
        try:
            self._require_signed(answer)
            _require_fresh(answer, nonce)
            _require_about(answer, asked)
            return _verdict(answer)
        except UNREADABLE as reason:
            raise StatusUnknown(f"the responder's answer is not to be used: {reason}") from reason

    async def _post(self, body: bytes) -> bytes:
        try:
            async with self._http.stream("POST", self._url, content=body, headers=_HEADERS) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise StatusUnknown(f"the responder answered {answer.status_code}")
                content = b""
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > _MOST_BYTES:
                        raise StatusUnknown(f"the responder's answer is longer than {_MOST_BYTES} bytes")
                return content
        except httpx.HTTPError as reason:
            raise StatusUnknown(f"the responder does not answer: {type(reason).__name__}") from reason

    def _require_signed(self, answer: ocsp.OCSPResponse) -> None:
        at = answer.this_update_utc
        signers = [self._authority, *(each for each in answer.certificates if self._may_answer(each, at))]
        if not any(_signed_by(each, answer) for each in signers):
            raise ValueError("it is signed by nobody who may answer for the authority")

    def _may_answer(self, certificate: x509.Certificate, at: datetime) -> bool:
        # The responder's own time throughout: it may live in virtual time or in that of the wall.
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            return False
        try:
            certificate.verify_directly_issued_by(self._authority)
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (InvalidSignature, x509.ExtensionNotFound, *UNREADABLE):
            return False
        return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _read(content: bytes) -> ocsp.OCSPResponse:
    try:
        answer = ocsp.load_der_ocsp_response(content)
    except UNREADABLE as reason:
        raise StatusUnknown("the responder's answer is no OCSP response") from reason
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise StatusUnknown(f"the responder says {answer.response_status.name.lower()}")
    return answer


def _signed_by(signer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    if algorithm is None:
        return False
    try:
        match key:
            case rsa.RSAPublicKey():
                key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey():
                key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def _require_fresh(answer: ocsp.OCSPResponse, nonce: bytes) -> None:
    """By our nonce; from a responder that has no nonces, by its own times on the wall clock."""
    try:
        given = answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        now, until = datetime.now(UTC), answer.next_update_utc
        if answer.this_update_utc > now + _SKEW or until is None or until < now - _SKEW:
            raise ValueError("it is not of today and has no nonce") from None
        return
    if given != nonce:
        raise ValueError("it has another request's nonce")


def _require_about(answer: ocsp.OCSPResponse, asked: ocsp.OCSPRequest) -> None:
    if (answer.serial_number, answer.issuer_key_hash) != (asked.serial_number, asked.issuer_key_hash):
        raise ValueError("it is about another certificate")


def _verdict(answer: ocsp.OCSPResponse) -> datetime | None:
    match answer.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return None
        case ocsp.OCSPCertStatus.REVOKED:
            return answer.revocation_time_utc
        case _:
            raise StatusUnknown("the responder does not know the certificate")
