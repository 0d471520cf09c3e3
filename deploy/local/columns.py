"""The columns of an applications file: for each, how its text becomes a value and what may be wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from contracts.common import Channel, DocumentKind, Reason
from contracts.iin import IinInvalid, validate
from contracts.package import PackageDocument


class Collects(StrEnum):
    """Who comes for a duplicate of the paper channel or the service centre's (EDGE-19)."""

    APPLICANT = "applicant"
    REPRESENTATIVE = "representative"


E = TypeVar("E", bound=StrEnum)
Read: TypeAlias = Callable[[str], object]

_LONGEST_NAME: Final = 100  # as contracts.common.Name
_LONGEST_COMMENT: Final = 200
_YEARS: Final = range(1950, 2101)  # as contracts.common.GraduationYear
_CALENDAR_YEARS: Final = range(1991, 2101)  # the years whose holidays are known


class Wrong(Exception):  # noqa: N818 - it reads as a fact about a field
    """A value that breaks `rule`, and the `remedy`; `field` and `value` where the caller does not know them."""

    def __init__(self, rule: str, remedy: str, *, field: str = "", value: str = "") -> None:
        super().__init__(f"{field}: {rule}; {remedy}")
        self.rule = rule
        self.remedy = remedy
        self.field = field
        self.value = value


def _minute(text: str) -> datetime:
    form = "use YYYY-MM-DDTHH:MM on the wall clock of the university's town"
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", text):
        raise Wrong("is no local date and time", form)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Wrong("is a date or time that does not exist", form) from None
    if found.second:
        raise Wrong("is no whole minute", "leave the seconds out")
    if found.year not in _CALENDAR_YEARS:
        raise Wrong("lies outside the years 1991 to 2100", "choose a year whose holidays are known")
    return found


def _iin(text: str) -> str:
    try:
        validate(text)
    except IinInvalid as invalid:
        raise Wrong(invalid.rule, invalid.remedy) from None
    return text


def _plain(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Wrong(f"is longer than {longest} characters", "shorten it")
    if any(unicodedata.category(char).startswith("C") for char in text):
        raise Wrong("contains a control character", "remove what cannot be seen")
    return text


def _name(text: str) -> str:
    if not text:
        raise Wrong("is empty", "write it as the document has it")
    if re.search("[<>]", text):
        raise Wrong("contains < or >", "write letters")
    return _plain(text, _LONGEST_NAME)


def _comment(text: str) -> str:
    return _plain(text, _LONGEST_COMMENT)


def _code(pattern: str, rule: str) -> Read:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise Wrong(rule, "take it from contracts/data/universities.json")
        return text

    return read


def _year(text: str) -> int:
    if not re.fullmatch("[0-9]{4}", text) or int(text) not in _YEARS:
        raise Wrong(f"is no year from {_YEARS.start} to {_YEARS.stop - 1}", "give the year in four digits")
    return int(text)


def _one_of(words: type[E]) -> Callable[[str], E]:
    def read(text: str) -> E:
        try:
            return words(text)
        except ValueError:
            raise Wrong("is not a value of this field", f"use one of {', '.join(words)}") from None

    return read


def _documents(text: str) -> frozenset[PackageDocument]:
    return frozenset(_one_of(PackageDocument)(word) for word in text.split())


def _yes_or_no(text: str) -> bool:
    if text not in ("", "yes", "no"):
        raise Wrong("is not a value of this field", "use one of yes, no (empty is yes)")
    return text != "no"


def _or_none(read: Read) -> Read:
    return _or_default(read, None)


def _or_default(read: Read, default: object) -> Read:
    return lambda text: read(text) if text else default


COLUMNS: Final[Mapping[str, Read]] = {
    "filed_at": _minute,
    "iin": _iin,
    "surname": _name,
    "name": _name,
    "patronymic": _or_none(_name),
    "university": _code("[0-9]{3}", "is no university code of 3 digits"),
    "specialty": _code("[0-9A-Z]{5,10}", "is no specialty code of 5 to 10 capital letters and digits"),
    "graduation_year": _year,
    "document_kind": _one_of(DocumentKind),
    "reason": _one_of(Reason),
    "in_register": _yes_or_no,
    "register_graduation_year": _or_none(_year),
    "withdraw_at": _or_none(_minute),
    "channel": _or_default(_one_of(Channel), Channel.PORTAL),
    "left_out": _documents,
    "collects": _or_default(_one_of(Collects), Collects.APPLICANT),
    "comment": _comment,
}

OPTIONAL: Final = frozenset(
    {
        "patronymic", "in_register", "register_graduation_year", "withdraw_at",
        "channel", "left_out", "collects", "comment",
    }
)  # fmt: skip
