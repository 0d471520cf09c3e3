"""Who a certificate is for: made-up people, for themselves or for an organisation."""

import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

_COMMON_NAME_BYTES: Final = 64
_TWELVE_DIGITS: Final = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a certificate is for: a synthetic person. Raises ValueError naming the field."""

    iin: str
    surname: str
    name: str
    patronymic: str | None = None

    def __post_init__(self) -> None:
        require_digits("iin", self.iin)
        for field, value in (("surname", self.surname), ("name", self.name)):
            if not value.strip():
                raise ValueError(f"{field}: empty; a certificate needs one")


@dataclass(frozen=True, slots=True)
class Organisation:
    """The legal entity for which a person holds a certificate. Raises ValueError naming the field."""

    name: str
    bin: str

    def __post_init__(self) -> None:
        require_digits("bin", self.bin)


def subject_of(person: Person, organisation: Organisation | None) -> x509.Name:
    """The name as the real authority writes it: GN holds the patronymic, CN surname and name."""
    attributes = [
        x509.NameAttribute(NameOID.COMMON_NAME, _common_name(person)),
        x509.NameAttribute(NameOID.SURNAME, person.surname),
        x509.NameAttribute(NameOID.SERIAL_NUMBER, f"IIN{person.iin}"),
        x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
    ]
    if person.patronymic:
        attributes.append(x509.NameAttribute(NameOID.GIVEN_NAME, person.patronymic))
    if organisation:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.name))
        unit = f"BIN{organisation.bin}"
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    return x509.Name(attributes)


def _common_name(person: Person) -> str:
    """Surname and name, shortened to the 64 octets that the library allows: the IIN identifies."""
    full = f"{person.surname} {person.name}".encode()
    return full[:_COMMON_NAME_BYTES].decode(errors="ignore").strip()


def require_digits(field: str, value: str) -> None:
    if _TWELVE_DIGITS.fullmatch(value) is None:
        raise ValueError(f"{field}: {value!r} is not twelve digits; correct it")
