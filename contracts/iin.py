"""The individual identification number (ИИН, ЖСН): what makes one well-formed. Pure; knows no register."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

_CENTURY: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_NO_DIGIT: Final = 10  # a remainder that one digit cannot write
_SHOWN: Final = 2


class IinInvalid(ValueError):  # noqa: N818 - named for what it says of the number, as the other refusals are
    """The text is no IIN. `rule` says what is broken, `remedy` what to do; neither repeats the number."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(f"{rule}; {remedy}")
        self.rule = rule
        self.remedy = remedy


def check_digit(first11: str) -> int | None:
    """The twelfth digit; None when no IIN is issued with these eleven. ValueError unless they are eleven digits.

    The sum of the digits, weighted 1 to 11, modulo 11; where that is 10, once more with the weights 3 to 11, 1, 2;
    where that is 10 too, the number is not issued (the rule by which the state forms IIN and BIN; EDGE-08).
    """
    if not re.fullmatch("[0-9]{11}", first11):
        raise ValueError("check_digit takes exactly eleven digits 0-9")
    first = _remainder(first11, _FIRST_WEIGHTS)
    if first != _NO_DIGIT:
        return first
    second = _remainder(first11, _SECOND_WEIGHTS)
    return None if second == _NO_DIGIT else second


def validate(iin: str) -> None:
    """Raise IinInvalid unless `iin` is YYMMDD, the digit of century and sex (1 to 6), a serial, the check digit."""
    if not re.fullmatch("[0-9]{12}", iin):
        raise IinInvalid("an IIN is 12 digits", "write the 12 digits of the identity card, without spaces")
    if iin[6] not in _CENTURY:
        raise IinInvalid(
            "the 7th digit of an IIN is 1 to 6 (century and sex)", "compare the 7th digit with the identity card"
        )
    _require_date(iin)
    if check_digit(iin[:11]) != int(iin[11]):
        raise IinInvalid(
            "the 12th digit of the IIN does not match its check sum", "look for a mistyped or swapped digit"
        )


def mask(iin: str) -> str:
    """For logs and messages: the first and last two digits of a number, nothing of what is not 12 long."""
    if len(iin) != len("YYMMDDCSSSSK"):
        return "*" * min(len(iin), 12)
    hidden = "*" * (len(iin) - 2 * _SHOWN)
    return f"{_digits_only(iin[:_SHOWN])}{hidden}{_digits_only(iin[-_SHOWN:])}"


def _remainder(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11


def _require_date(iin: str) -> None:
    try:
        date(_CENTURY[iin[6]] + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        raise IinInvalid(
            "an IIN begins with a date of birth, YYMMDD, that exists", "compare the first 6 digits with the card"
        ) from None


def _digits_only(text: str) -> str:
    return re.sub("[^0-9]", "*", text)


def _valid(iin: str) -> str:
    validate(iin)
    return iin


Iin = Annotated[
    str,
    AfterValidator(_valid),
    # A pattern of pydantic's own would answer before ours, without a remedy; readers of the schema still need it.
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{12}$"}),
]
