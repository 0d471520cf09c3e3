"""The two files of `egov competition`: applicants and seats (docs/competition.md).

They come from others' systems: where the rules can answer a row, as with too many choices, the competition does and no cell.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict

from contracts.grants import Quota
from contracts.iin import mask
from deploy.local.files import cells
from deploy.local.files.cells import Read, Wrong
from deploy.local.files.row_error import RowError
from deploy.local.files.rows import Form, read_rows
from law.competition import ChoiceMarks, Contender, SeatRow

_LONGEST_NUMBER: Final = 40
_MOST_SEATS: Final = 100_000
_MOST_NAMED: Final = 5


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int


class ApplicantRow(_Row):
    """A line of the file; `choices` as they stand in it."""

    iin: str
    language: str
    total: int
    profile_score: int
    other_min_score: int
    certificate_average: Decimal
    preferential_rank: int
    quota: Quota | None
    rural: bool
    choices: tuple[str, ...]
    registration_number: str
    creative_score: int | None
    profile_scores: tuple[int, ...]
    other_min_scores: tuple[int, ...]

    def contender(self) -> Contender:
        marks = tuple(map(ChoiceMarks, self.profile_scores, self.other_min_scores))
        return Contender(**{name: getattr(self, name) for name in _OF_CONTENDER}, by_choice=marks)


class SeatsRow(_Row):
    specialty: str
    language: str
    seats: int
    rural: bool

    def seat_row(self) -> SeatRow:
        return SeatRow(self.specialty, self.language, self.seats, self.rural)


R = TypeVar("R", bound=_Row)


def read_applicants(path: Path) -> tuple[list[Contender], list[RowError]]:
    """Every good row, and every error. A second row of one IIN is an error of that row."""
    rows, errors = applicant_rows(path)
    return [row.contender() for row in rows], errors


def applicant_rows(path: Path) -> tuple[list[ApplicantRow], list[RowError]]:
    """The same with the lines that the rows stand on."""
    rows, errors = read_rows(path, _APPLICANTS)
    once = list(_once(rows, lambda row: row.iin, "iin", lambda row: mask(row.iin), errors))
    return once, sorted(errors, key=lambda error: error.line)


def dangling(rows: Sequence[ApplicantRow], seats: Sequence[SeatRow]) -> list[str]:
    """Languages and specialties of applicants that no seat row has, one line for each: the rules give nobody a seat by them."""
    asked: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        asked.setdefault(("language", row.language), []).append(row.line)
        for code in dict.fromkeys(row.choices):
            asked.setdefault(("choices", code), []).append(row.line)
    offered = {"language": {row.language for row in seats}, "choices": {row.specialty for row in seats}}
    return [
        _dangling(field, value, lines, offered[field])
        for (field, value), lines in sorted(asked.items(), key=lambda each: (each[1][0], each[0]))
        if value not in offered[field]
    ]


def _dangling(field: str, value: str, lines: Sequence[int], offered: Iterable[str]) -> str:
    where = ", ".join(map(str, lines[:_MOST_NAMED])) + (
        f" and {len(lines) - _MOST_NAMED} more" if lines[_MOST_NAMED:] else ""
    )
    alike = [each for each in sorted(offered) if each.casefold() == value.casefold()]
    remedy = f"the seats have {alike[0]!r}: write it in the same way" if alike else "add seats, or correct it"
    return f"{field} {value!r} on line {where}: no row of the seats has it; {remedy}"


def read_seats(path: Path) -> tuple[list[SeatRow], list[RowError]]:
    """Every good row, and every error. A second row of one specialty in one language is an error of that row."""
    rows, errors = read_rows(path, _SEATS)
    once = list(_once(rows, lambda row: (row.specialty, row.language), "specialty", lambda row: row.specialty, errors))
    return [row.seat_row() for row in once], sorted(errors, key=lambda error: error.line)


def _once(
    rows: Sequence[R], key: Callable[[R], Hashable], field: str, shown: Callable[[R], str], errors: list[RowError]
) -> Iterable[R]:
    first: dict[Hashable, int] = {}
    for row in rows:
        line = first.setdefault(key(row), row.line)
        if line == row.line:
            yield row
        else:
            rule = f"stands on line {line} already"
            errors.append(RowError(row.line, field, shown(row), rule, "keep one of the two rows"))


def _whole(most: int) -> Read:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) > most:
            raise Wrong(f"is no whole number from 0 to {most}", "write digits only")
        return int(text)

    return read


def _average(text: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", text):
        raise Wrong("is no average mark", "write 4.75, for example, with a point")
    return Decimal(text)


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise Wrong("is neither 0 nor 1", "write 1 for yes, 0 for no")
    return text == "1"


def _choices(text: str) -> tuple[str, ...]:
    found = tuple(code.strip() for code in text.split("|")) if text else ()
    for code in found:
        _SPECIALTY(code)
    return found


def _points_by_choice(text: str) -> tuple[int, ...]:
    return tuple(int(str(_POINTS(each.strip()))) for each in text.split("|")) if text else ()


def _contradictions(row: ApplicantRow) -> Iterator[tuple[str, Wrong]]:
    lengths = {len(row.profile_scores), len(row.other_min_scores)}
    if lengths not in ({0}, {len(row.choices)}):
        yield (
            "profile_scores",
            Wrong("is not of every choice, or other_min_scores is not", "write both for each choice, or neither"),
        )


def _often(read: Read) -> Read:
    """For columns of few values in a hundred thousand rows."""
    return lru_cache(maxsize=4_096)(read)


def _number(text: str) -> str:
    return cells.plain(text, _LONGEST_NUMBER)


_SPECIALTY: Final = _often(
    cells.code(
        "[0-9A-Za-z._-]{1,20}", "is no code of a specialty", "write codes as 5B130100, several of them with | between"
    )
)
_LANGUAGE: Final = _often(cells.code("[A-Za-z]{2,10}", "is no language of instruction", "write kk or ru"))
_POINTS: Final = _often(_whole(999))
_APPLICANT: Final[dict[str, Read]] = {
    "iin": cells.code("[0-9]{12}", "an IIN is 12 digits", "write the 12 digits, without spaces"),
    "language": _LANGUAGE,
    "total": _POINTS,
    "profile_score": _POINTS,
    "other_min_score": _POINTS,
    "certificate_average": _often(_average),
    "preferential_rank": _often(_whole(99)),
    "quota": _often(cells.or_none(cells.one_of(Quota))),
    "rural": _flag,
    "choices": _choices,
    "registration_number": _number,
    "creative_score": cells.or_none(_POINTS),
    "profile_scores": _points_by_choice,
    "other_min_scores": _points_by_choice,
}
_BY_CHOICE: Final = ("profile_scores", "other_min_scores")
_OF_CONTENDER: Final = tuple(name for name in _APPLICANT if name not in _BY_CHOICE)
_APPLICANTS: Final = Form(
    ApplicantRow,
    _APPLICANT,
    frozenset({"registration_number", "creative_score", *_BY_CHOICE}),
    _contradictions,
)
_SEATS: Final = Form(
    SeatsRow,
    {"specialty": _SPECIALTY, "language": _LANGUAGE, "seats": _whole(_MOST_SEATS), "rural": _flag},
    frozenset(),
    lambda _: (),
)
