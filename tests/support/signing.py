"""People with certificates of an authority of the test's own, and the messages that carry what they sign."""

import base64
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.forms import AUDIENCE, application_id
from deploy.local.authority.holders import Person
from deploy.local.authority.keys import Credential, sign_jws
from deploy.local.authority.nca import CERTIFICATE_FILE, CRL_FILE, Nca
from services._eds.authority import Authority
from services._eds.signature import Use
from services._eds.signed import SignedForms, Unsigned

_MONTH = timedelta(days=30)
Json = dict[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Signature:
    """A signed form with what others derive from it."""

    jws: str
    form: Json
    serial: str

    @property
    def payload(self) -> bytes:
        return decoded(self.jws.split(".")[1])

    @property
    def digest(self) -> str:
        return sha256(self.payload).hexdigest()

    @property
    def application_id(self) -> UUID:
        return application_id(datetime.fromisoformat(self.form["moment"]), self.digest)

    def evidence(self, at: datetime) -> Json:
        return {"certificate_serial": self.serial, "digest": self.digest, "signed_at": at}


@dataclass
class Office:
    """The authority, whose list lies in `directory`, and a moment at which everybody signs."""

    directory: Path
    now: datetime
    name: str = "signing"
    nca: Nca = field(init=False)

    def __post_init__(self) -> None:
        _authority(self.name, self.now).save(self.directory)
        self.nca = Nca.load(self.directory)
        self.nca.publish(self.directory, self.now)

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    def forms(self, unsigned: Unsigned = Unsigned.REFUSED) -> SignedForms:
        return SignedForms(Authority(self.directory / CERTIFICATE_FILE, self.directory / CRL_FILE), unsigned)

    def credential(
        self, person: Json, use: Use = Use.SIGN, since: timedelta = -_MONTH, until: timedelta = _MONTH, **more: Any
    ) -> Credential:
        """Any: what an authority may be told besides."""
        named = Person(person["iin"], person["surname"], person["name"], person.get("patronymic"))
        return self.nca.issue(named, use, self.now + since, self.now + until, self.key, **more)

    def form(self, name: str, about: Json, moment: datetime | None = None) -> Json:
        stamped = {"form": name, "audience": AUDIENCE, "moment": (moment or self.now).isoformat(), **about}
        return {**stamped, "nonce": sha256(json.dumps(stamped, default=str).encode()).hexdigest()[:32]}

    def sign(self, form: Json, credential: Credential) -> Signature:
        return self.sign_bytes(json.dumps(form, ensure_ascii=False, default=str).encode(), form, credential)

    def sign_bytes(self, payload: bytes, form: Json, credential: Credential) -> Signature:
        return Signature(sign_jws(payload, credential), form, f"{credential.certificate.serial_number:x}")

    def revoke(self, credential: Credential, since: datetime) -> None:
        self.nca.revoke(credential.certificate.serial_number, since)
        self.nca.publish(self.directory, self.now)


@cache
def _authority(name: str, now: datetime) -> Nca:
    """Its key is made once, as that takes longest."""
    return Nca.create(name, now - timedelta(days=700))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def with_header(jws: str, **changes: object) -> str:
    """The same payload and signature under another header."""
    header, payload, signature = jws.split(".")
    return ".".join((encoded(json.dumps({**json.loads(decoded(header)), **changes}).encode()), payload, signature))


def der(credential: Credential) -> str:
    """A certificate as x5c has it."""
    return base64.b64encode(credential.certificate.public_bytes(Encoding.DER)).decode()


def signed_as(signature: Signature, jws: str) -> Signature:
    return replace(signature, jws=jws)
