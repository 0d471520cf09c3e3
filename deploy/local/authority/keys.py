"""Keys, the certificates that belong to them, and what is signed with both."""

import base64
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt import PyJWS

from deploy.local.authority.holders import require_digits
from deploy.local.servers.private import write_private

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Progress: TypeAlias = Callable[[int, int], None]
_KEY_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key and the certificate that belongs to it."""

    key: PrivateKey
    certificate: x509.Certificate

    def to_pem(self) -> bytes:
        """Key (PKCS #8, unencrypted: store with `write_private`) and certificate."""
        return key_pem(self.key) + self.certificate.public_bytes(Encoding.PEM)

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """The reverse of `to_pem`; raises ValueError for anything else."""
        return cls(load_key(pem), x509.load_pem_x509_certificate(pem))


class KeyStore:
    """RSA keys by IIN, made once and kept in a directory: a demo needs hundreds, at 50 ms each.

    One pair of keys per person serves both of their certificates. The real authority makes two;
    verification goes by the certificate, which the signed header names, so nothing here depends on it.
    """

    def __init__(self, directory: Path, threads: int | None = None) -> None:
        self._directory = directory
        self._threads = threads or os.cpu_count() or 1

    def keys(self, iins: Iterable[str], progress: Progress | None = None) -> dict[str, PrivateKey]:
        """The key of each IIN; what is missing is made, in threads, as OpenSSL releases the GIL.

        `progress` hears how many of how many are there. An interruption keeps the finished keys.
        Raises ValueError for an IIN of another shape or a spoilt file.
        """
        wanted = sorted(set(iins))
        for iin in wanted:
            require_digits("iin", iin)
        pool = ThreadPoolExecutor(self._threads)
        try:
            made = {pool.submit(self._key, iin): iin for iin in wanted}
            for done, _ in enumerate(as_completed(made), start=1):
                if progress:
                    progress(done, len(wanted))
            return {iin: future.result() for future, iin in made.items()}
        finally:
            pool.shutdown(cancel_futures=True)

    def _key(self, iin: str) -> PrivateKey:
        path = self._directory / f"{iin}.pem"
        if not path.exists():
            write_private(path, key_pem(new_key()))
        try:
            return load_key(path.read_bytes())
        except ValueError as error:
            raise ValueError(f"{path}: not a private key in PEM; delete it") from error


def sign_jws(payload: bytes, credential: Credential, typ: str = "egov-application+json") -> str:
    """The payload as a compact JWS (RFC 7515) with the certificate in `x5c` (4.1.6).

    RS256 for an RSA key, ES256 for an EC one. `typ` says what the payload is.
    """
    certificate = base64.b64encode(credential.certificate.public_bytes(Encoding.DER)).decode()
    algorithm = "RS256" if isinstance(credential.key, rsa.RSAPrivateKey) else "ES256"
    headers = {"typ": typ, "x5c": [certificate]}
    return PyJWS().encode(payload, credential.key, algorithm=algorithm, headers=headers)


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def key_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_key(pem: bytes) -> PrivateKey:
    # These are files of our own; OpenSSL's proof of the primes takes 45 ms a key.
    match load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True):
        case rsa.RSAPrivateKey() | ec.EllipticCurvePrivateKey() as key:
            return key
        case _:
            raise ValueError("key: neither RSA nor EC; use one that is")
