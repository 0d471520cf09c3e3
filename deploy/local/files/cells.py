"""How the text of one cell becomes a value, and what may be wrong with it: for the columns of every kind of file."""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from contracts.iin import IinInvalid, validate

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


def minute(text: str) -> datetime:
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


def iin(text: str) -> str:
    try:
        validate(text)
    except IinInvalid as invalid:
        raise Wrong(invalid.rule, invalid.remedy) from None
    return text


def plain(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Wrong(f"is longer than {longest} characters", "shorten it")
    if any(unicodedata.category(char).startswith("C") for char in text):
        raise Wrong("contains a control character", "remove what cannot be seen")
    return text


def name(text: str) -> str:
    if not text:
        raise Wrong("is empty", "write it as the document has it")
    if re.search("[<>]", text):
        raise Wrong("contains < or >", "write letters")
    return plain(text, _LONGEST_NAME)


def comment(text: str) -> str:
    return plain(text, _LONGEST_COMMENT)


def code(pattern: str, rule: str, remedy: str = "take it from law/data/universities.json") -> Read:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise Wrong(rule, remedy)
        return text

    return read


def year(text: str) -> int:
    if not re.fullmatch("[0-9]{4}", text) or int(text) not in _YEARS:
        raise Wrong(f"is no year from {_YEARS.start} to {_YEARS.stop - 1}", "give the year in four digits")
    return int(text)


def one_of(words: type[E]) -> Callable[[str], E]:
    def read(text: str) -> E:
        try:
            return words(text)
        except ValueError:
            raise Wrong("is not a value of this field", f"use one of {', '.join(words)}") from None

    return read


def yes_or_no(text: str) -> bool:
    if text not in ("", "yes", "no"):
        raise Wrong("is not a value of this field", "use one of yes, no (empty is yes)")
    return text != "no"


def or_none(read: Read) -> Read:
    return or_default(read, None)


def or_default(read: Read, default: object) -> Read:
    return lambda text: read(text) if text else default
