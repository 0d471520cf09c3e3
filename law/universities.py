"""The universities of the stand-in and what they teach, as data."""

import json
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from typing import Annotated, Final, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, NonNegativeInt, TypeAdapter, model_validator

from contracts.common import BlankKind, GraduationYear, SpecialtyCode, UniversityCode
from contracts.event import JsonObject, Text
from law.record import Record

_FILE: Final = resources.files("law") / "data" / "universities.json"


class Level(StrEnum):
    """Level of the document that a graduate of the specialty holds."""

    SPECIALIST = "specialist"
    BACHELOR = "bachelor"
    MASTER = "master"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):  # an unknown key, a folder of the database, a path
        raise ValueError(f"{name!r} is no time zone; use an IANA name such as Asia/Almaty") from None
    return name


class Specialty(Record):
    """A row of the classifier of specialties; `first_year` to `last_year` are the years of graduation under it."""

    code: SpecialtyCode
    level: Level
    first_year: GraduationYear
    last_year: GraduationYear
    name: Text

    @model_validator(mode="after")
    def _years_run_forward(self) -> Self:
        if self.last_year < self.first_year:
            raise ValueError(f"specialty {self.code}: last_year comes before first_year")
        return self


class University(Record):
    """A university (ИС ВУЗ): its place, its working week, its specialties and its blank forms at the start.

    `week` is the number of working days (5 or 6); `collection_place` goes into the readiness notice (DUP-GEN-5).
    """

    code: UniversityCode
    name: Text
    city: Text
    zone: Annotated[str, AfterValidator(_known_zone)]
    week: Literal[5, 6]
    collection_place: Text
    blanks: dict[BlankKind, NonNegativeInt]
    specialties: tuple[Specialty, ...]

    def specialty(self, code: str) -> Specialty | None:
        """The specialty of this code, None when it is not taught here."""
        return next((taught for taught in self.specialties if taught.code == code), None)


Universities: TypeAlias = Mapping[str, University]

_SPECIALTIES: Final = TypeAdapter(dict[str, JsonObject])
_UNIVERSITIES: Final = TypeAdapter(list[JsonObject])


def load_universities() -> Universities:
    """By code, in the order of the file. ValueError (pydantic's) names what is wrong in the file."""
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    specialties = {
        code: Specialty.model_validate({"code": code, **row})
        for code, row in _SPECIALTIES.validate_python(data["specialties"]).items()
    }
    loaded = [_university(row, specialties) for row in _UNIVERSITIES.validate_python(data["universities"])]
    by_code = {university.code: university for university in loaded}
    if len(by_code) != len(loaded):
        raise ValueError("two universities of universities.json have one code: give each its own")
    return by_code


def _university(row: JsonObject, specialties: Mapping[str, Specialty]) -> University:
    codes = TypeAdapter(list[str]).validate_python(row["specialties"])
    unknown = [code for code in codes if code not in specialties]
    if unknown:
        raise ValueError(f"university {row['code']} teaches {unknown}: add them to specialties of universities.json")
    return University.model_validate({**row, "specialties": [specialties[code] for code in codes]})
