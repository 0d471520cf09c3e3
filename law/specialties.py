"""The specialties that grants are for, and the seats of the state educational order, as data.

Codes and names are those of the classifier of 2009; which subjects count for a specialty is plausible, not checked (domain B.3).
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Final, Self, TypeAlias

from pydantic import StringConstraints, TypeAdapter, model_validator

from contracts.common import SpecialtyCode
from contracts.event import JsonObject, Text
from contracts.grants import StudyLanguage, Subject
from law.record import Record

_DATA: Final = resources.files("law") / "data"
_FILE: Final = _DATA / "grant-specialties.json"
_COLUMNS: Final = ("specialty", "language", "seats", "rural")
_MOST_SEATS: Final = 100_000  # in one line; more is a mistake
_FIRST_LINE: Final = 2  # line 1 is the header


class FieldOfStudy(Record):
    """A field of study (направление); the summary sheets are sorted by it (GRANT-P-3)."""

    code: Annotated[str, StringConstraints(pattern=r"^5B[0-9]{2}$")]
    name: Text


class GrantSpecialty(Record):
    """A specialty of the competition.

    `elective` is the subject that an applicant must have taken; `profile` the one whose points decide, mathematics or the
    elective; `languages` those of instruction; `medicine` says that the threshold of General Medicine applies (domain B.3).
    """

    code: SpecialtyCode
    name: Text
    field: FieldOfStudy
    elective: Subject
    profile: Subject
    languages: tuple[StudyLanguage, ...]
    medicine: bool = False

    @model_validator(mode="after")
    def _subjects_agree(self) -> Self:
        if self.elective in {Subject.LANGUAGE, Subject.HISTORY, Subject.MATHEMATICS}:
            raise ValueError(f"specialty {self.code}: everybody takes {self.elective}; name an elective subject")
        if self.profile not in {Subject.MATHEMATICS, self.elective}:
            raise ValueError(f"specialty {self.code}: profile is neither mathematics nor the elective, {self.elective}")
        if not self.languages or len(set(self.languages)) != len(self.languages):
            raise ValueError(f"specialty {self.code}: languages must name kk, ru or both, each once")
        return self


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Seats of the state educational order for one specialty in one language; `rural`: the rural quota applies (domain B.4)."""

    specialty: str
    language: str
    seats: int
    rural: bool


Specialties: TypeAlias = Mapping[str, GrantSpecialty]

_FIELDS: Final = TypeAdapter(dict[str, Text])
_SPECIALTIES: Final = TypeAdapter(dict[str, JsonObject])


class StateOrderInvalid(ValueError):  # noqa: N818 - it reads as a fact, like the other refusals
    """A file of seats that breaks a rule. The message names line, field, rule and remedy, one line for each error."""


def load_specialties() -> Specialties:
    """By code, in the order of the file. ValueError (pydantic's) names what is wrong in the file."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    fields = {
        code: FieldOfStudy(code=code, name=name) for code, name in _FIELDS.validate_python(data["fields"]).items()
    }
    return {
        code: _specialty(code, row, fields) for code, row in _SPECIALTIES.validate_python(data["specialties"]).items()
    }


def _specialty(code: str, row: JsonObject, fields: Mapping[str, FieldOfStudy]) -> GrantSpecialty:
    field = fields.get(str(row.get("field")))
    if field is None:
        raise ValueError(f"specialty {code} is of field {row.get('field')}: add it to fields of grant-specialties.json")
    return GrantSpecialty.model_validate({**row, "code": code, "field": field})


def load_state_order(source: int | Path) -> tuple[SeatRow, ...]:
    """The seats of a campaign year, or of a file with the columns specialty, language, seats and rural (0 or 1).

    Raises StateOrderInvalid with every error of the file. A code may be one that is not among our specialties.
    """
    file: Traversable = _DATA / f"state-order-{source}.csv" if isinstance(source, int) else source
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise StateOrderInvalid(
            f"line 0: file {file.name}: cannot be read ({why}); give a readable CSV file of seats, or a year that has one"
        ) from None
    found = list(_seats(text))
    errors = [each for each in found if isinstance(each, str)]
    if errors:
        raise StateOrderInvalid("\n".join(errors))
    return tuple(each for each in found if isinstance(each, SeatRow))


def _seats(text: str) -> Iterator[SeatRow | str]:
    header, *lines = text.splitlines() or [""]
    if tuple(name.strip() for name in header.split(",")) != _COLUMNS:
        yield f"line 1: header: is not {','.join(_COLUMNS)}; write these columns in this order"
        return
    seen: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(csv.reader(lines), _FIRST_LINE):
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        errors = list(_errors(row))
        if not errors and (twice := seen.setdefault((row[0], row[1]), number)) != number:
            errors = [f"specialty: {row[0]} in {row[1]} stands on line {twice} already; write its seats once"]
        yield from (f"line {number}: {error}" for error in errors)
        if not errors:
            yield SeatRow(specialty=row[0], language=row[1], seats=int(row[2]), rural=row[3] == "1")
    if not seen:
        yield "line 0: file: holds no seats; give it one specialty and language a line"


def _errors(row: Sequence[str]) -> Iterator[str]:
    if len(row) != len(_COLUMNS):
        yield f"line: has {len(row)} fields, the header {len(_COLUMNS)}; write {','.join(_COLUMNS)}"
        return
    specialty, language, seats, rural = row
    if not (
        specialty.isascii()
        and specialty.isalnum()
        and specialty == specialty.upper()
        and len(specialty) in range(5, 11)
    ):
        yield "specialty: is no code; write its 5 to 10 digits and capital letters, for example 5B050900"
    if language not in set(StudyLanguage):
        yield "language: is no language of instruction; write kk or ru"
    if not (
        seats.isascii() and seats.isdigit() and len(seats) < len(str(_MOST_SEATS)) + 1 and int(seats) <= _MOST_SEATS
    ):
        yield f"seats: is no whole number from 0 to {_MOST_SEATS}; write how many grants there are"
    if rural not in {"0", "1"}:
        yield "rural: is neither 0 nor 1; write 1 where the rural quota applies"
