"""Signing in: a challenge signed with the person's AUTH certificate, for a short-lived token.

Challenges and tokens live by the wall clock, because they guard against theft and a jump of virtual
time must not log everybody out, nor a standing clock keep a stolen token alive; certificates are
judged in virtual time, in which everything that has legal effect happens.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import jwt
from cryptography import x509
from jwt.exceptions import InvalidTokenError

from services._eds.signature import Signer, TrustAnchor, Use, verify

CHALLENGE_LIFETIME: Final = timedelta(seconds=120)
TOKEN_LIFETIME: Final = timedelta(minutes=15)
MAX_TOKEN_CHARACTERS: Final = 4096

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "portal"
_PURPOSE: Final = "sign-in"
_SIGN_ANOTHER: Final = "ask for a new challenge and sign it within two minutes"
_SIGN_IN_AGAIN: Final = "sign in again"


class NotSignedIn(Exception):  # noqa: N818 - an answer to a caller, like Refused
    """The caller is nobody we know. `code` is part of the API: clients switch on it."""

    def __init__(self, code: str, detail: str, remedy: str) -> None:
        super().__init__(f"{code}: {detail}; {remedy}")
        self.code = code
        self.detail = detail
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Session:
    """A person who has signed in.

    The caller stores `nonce` in the transaction that hands out `token` and refuses one that is
    already there: that is what makes a challenge good for once. It may forget it after
    `nonce_expires_at`. `certificate` is the signer's, in PEM. All times are wall clock.
    """

    signer: Signer
    certificate: str
    token: str
    expires_at: datetime
    nonce: str
    nonce_expires_at: datetime


def issue_challenge(secret: str, nonce: str, now: datetime) -> str:
    """The text to be signed: good for two minutes from `now`.

    `nonce` is a fresh random text; `secret` has at least 32 bytes, else jwt's InvalidKeyError.
    """
    claims = {"jti": nonce, "exp": _seconds(now + CHALLENGE_LIFETIME), "purpose": _PURPOSE}
    return _encode(claims, secret)


def open_session(signed: str, *, trust: TrustAnchor, secret: str, at: datetime, now: datetime) -> Session:
    """Give the signer of a challenge a token: `at` is virtual time, `now` the wall clock.

    `signed` is a JWS whose payload is the challenge. Raises EdsNotConfirmed if the signature does
    not stand, NotSignedIn (session.challenge-invalid, session.challenge-expired) if the challenge
    does not.
    """
    confirmed = verify(signed, trust, at, Use.AUTH)
    nonce, nonce_expires_at = _read_challenge(confirmed.payload, secret, now)
    expires_at = _whole(now + TOKEN_LIFETIME)
    claims = {
        "sub": confirmed.signer.iin,
        "exp": _seconds(expires_at),
        "aud": _AUDIENCE,
        "cert": confirmed.signer.certificate_serial,
        "cert_until": _seconds(x509.load_pem_x509_certificate(confirmed.certificate.encode()).not_valid_after_utc),
    }
    return Session(
        confirmed.signer, confirmed.certificate, _encode(claims, secret), expires_at, nonce, nonce_expires_at
    )


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who sends a token, and the certificate that opened the session: its serial number, and until when it is in force."""

    iin: str
    certificate: int
    until: datetime

    def require_standing(self, trust: TrustAnchor, at: datetime) -> None:
        """Raise NotSignedIn once the certificate has been revoked or has ended, by virtual time."""
        revoked = trust.revoked.get(self.certificate)
        if at > self.until or (revoked is not None and revoked <= at):
            detail = "the certificate that opened the session stands no longer (EDGE-04)"
            raise NotSignedIn("session.certificate-ended", detail, "obtain a new certificate and sign in with it")


def authenticate(token: str, *, secret: str, now: datetime) -> Bearer:
    """The token's bearer at `now`, wall clock.

    Raises NotSignedIn (session.token-invalid, session.token-expired).
    """
    try:
        claims = _decode(token, secret, audience=_AUDIENCE)
        expires_at = _expiry(claims)
        until = datetime.fromtimestamp(int(str(claims["cert_until"])), UTC)
        bearer = Bearer(str(claims["sub"]), int(str(claims["cert"]), 16), until)
    except (InvalidTokenError, KeyError, ValueError) as error:
        detail = "the token is not one of this portal"
        raise NotSignedIn("session.token-invalid", detail, _SIGN_IN_AGAIN) from error
    if now >= expires_at:
        detail = f"the token was good until {expires_at.isoformat()}"
        raise NotSignedIn("session.token-expired", detail, _SIGN_IN_AGAIN)
    return bearer


def _read_challenge(payload: bytes, secret: str, now: datetime) -> tuple[str, datetime]:
    try:
        claims = _decode(payload.decode("ascii"), secret, audience=None)
        nonce, expires_at = str(claims["jti"]), _expiry(claims)
    except (InvalidTokenError, KeyError, ValueError) as error:
        detail = "what was signed is not a challenge of this portal"
        raise NotSignedIn("session.challenge-invalid", detail, _SIGN_ANOTHER) from error
    if claims.get("purpose") != _PURPOSE:
        detail = f"the challenge's purpose is not {_PURPOSE}"
        raise NotSignedIn("session.challenge-invalid", detail, _SIGN_ANOTHER)
    if now >= expires_at:
        detail = f"the challenge was good until {expires_at.isoformat()}"
        raise NotSignedIn("session.challenge-expired", detail, _SIGN_ANOTHER)
    return nonce, expires_at


def _encode(claims: dict[str, object], secret: str) -> str:
    strict = jwt.PyJWT(options={"enforce_minimum_key_length": True})
    return strict.encode(claims, secret, algorithm=_ALGORITHM)


def _decode(text: str, secret: str, audience: str | None) -> dict[str, object]:
    """The claims of a text signed with `secret`; expiry is the caller's, who has the clock."""
    if len(text) > MAX_TOKEN_CHARACTERS:
        raise InvalidTokenError(f"longer than {MAX_TOKEN_CHARACTERS} characters")
    return jwt.decode(
        text,
        secret,
        algorithms=[_ALGORITHM],
        audience=audience,
        options={
            "verify_exp": False,
            "require": ["exp"],
            "enforce_minimum_key_length": True,
        },
    )


def _expiry(claims: dict[str, object]) -> datetime:
    return datetime.fromtimestamp(int(str(claims["exp"])), UTC)


def _whole(moment: datetime) -> datetime:
    """To the second, as a token can say it."""
    return moment.astimezone(UTC).replace(microsecond=0)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
