"""The individual identification number (ИИН, ЖСН): what makes one well-formed. Pure; knows no register."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

_CENTURY: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_NO_DIGIT: Final = 10  # a remainder that one digit cannot write
_SHOWN: Final = 2
_LENGTH: Final = len("YYMMDDCSSSSK")
_HIDDEN: Final = "*" * (_LENGTH - 2 * _SHOWN)
_CENTURIES: Final = "0123456"  # 0 was given to foreigners; in a log it is as private


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
    """For logs and messages: the first and last two digits of a number; of a text of another length, nothing."""
    if len(iin) != _LENGTH:
        return "*" * min(len(iin), 12)
    return f"{_digits_only(iin[:_SHOWN])}{_HIDDEN}{_digits_only(iin[-_SHOWN:])}"


# Digits of any script, alone or with up to three marks between: 820708 212592, 82-07-08…, 820708%20212592. Before them
# stands whatever has the form of an id, in which digits stand by chance.
_MARK: Final = r"(?:[\s._/+\u2010-\u2015-]|%2[0dDeE])"
_ID: Final = r"(?<![0-9A-Za-z])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,64})(?![0-9A-Za-z])"
_SUSPECT: Final = re.compile(rf"({_ID})|(?<!\d)\d(?:{_MARK}{{0,3}}\d){{11,}}")
_RUN: Final = re.compile(r"\d{12,}")
_DIGIT: Final = re.compile(r"%2[0dDeE]|(\d)")


def mask_in_text(text: str) -> str:
    """Every number in `text` that may be an IIN keeps its first two and last two digits.

    Twelve digits that stand free are masked whatever they say; where they touch letters, if they begin as an IIN does;
    in a longer number, across marks between digits and inside an id, if they are a whole IIN by its check sum.
    """
    return _SUSPECT.sub(_hide, text) if len(text) >= _LENGTH else text


def _hide(found: re.Match[str]) -> str:
    if found[1]:
        return _RUN.sub(lambda run: _without_iins(run[0]), found[1])
    run = found[0]
    if len(run) > _LENGTH:
        return _without_iins(run)
    near = found.string[max(found.start() - 1, 0) : found.start()] + found.string[found.end() : found.end() + 1]
    free = not any(map(str.isalnum, near))
    return run[:_SHOWN] + _HIDDEN + run[-_SHOWN:] if free or _begins_as_iin(_ascii(run)) else run


def _without_iins(run: str) -> str:
    """Twelve digits in a row that are a whole IIN, wherever they begin, and whatever marks stand between them."""
    places = [each.start(1) for each in _DIGIT.finditer(run) if each[1]]
    digits = _ascii(run[each] for each in places)
    letters = list(run)
    for start in range(len(digits) - _LENGTH + 1):
        if _is_iin(digits[start : start + _LENGTH]):
            for each in places[start + _SHOWN : start + _LENGTH - _SHOWN]:
                letters[each] = "*"
    return "".join(letters)


def _ascii(digits: Iterable[str]) -> str:
    return "".join(str(int(each)) for each in digits)


def _begins_as_iin(digits: str) -> bool:
    """Month, day and century are possible; `validate` says more, and costs more."""
    return "01" <= digits[2:4] <= "12" and "01" <= digits[4:6] <= "31" and digits[6] in _CENTURIES


def _is_iin(digits: str) -> bool:
    return _begins_as_iin(digits) and check_digit(digits[:11]) == int(digits[11])


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


# The days that a date of birth can have, 29 February by its century (digit 5 or 6: 2000 was a leap year, 1800 and 1900 not).
_DAYS: Final = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAYS: Final = "(?:0[48]|[2468][048]|[13579][26])0229[1-6]|000229[56]"


def _valid(iin: str) -> str:
    validate(iin)
    return iin


Iin = Annotated[
    str,
    AfterValidator(_valid),
    # A pattern of pydantic's own would answer before ours, without a remedy; readers of the schema still need it.
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(?:[0-9]{{2}}{_DAYS}[1-6]|{_LEAP_DAYS})[0-9]{{5}}$",
            "maxLength": 12,
            "description": "date of birth YYMMDD, century and sex, serial, check digit; the pattern does not say the check digit",
        }
    ),
]
