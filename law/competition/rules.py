"""The rules of the competition as data by year, read from the YAML files beside."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Generic, Literal, Self, TypeVar

import yaml
from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from contracts.grants import PreferentialRight, Quota, Via
from law.record import Record
from law.regulation.parts import Evidence

FOLDER: Final = Path(__file__).parent

T = TypeVar("T")


class RulesInvalid(ValueError):  # noqa: N818 - named as what it says, like the other refusals
    """A rules file that cannot be used; each line names file, path in the file, rule and remedy."""


class UnknownRules(LookupError):  # noqa: N818 - named as what it says, like UnknownRegulation
    """No rules for that year, and no file of that name."""


class TieBreak(StrEnum):
    """What tells applicants of equal points apart, one after another."""

    PREFERENTIAL_RIGHT = "preferential_right"
    CERTIFICATE_AVERAGE = "certificate_average"
    PROFILE_SCORE = "profile_score"
    REGISTRATION_NUMBER = "registration_number"


class Sourced(Record, Generic[T]):
    """A value of the rules, and where it comes from."""

    value: T
    evidence: Evidence


Points = Annotated[int, Field(ge=0, le=999)]


class Share(Record):
    """A share of the seats of one row of the state order."""

    share: Annotated[Decimal, Field(ge=0, le=1)]
    evidence: Evidence

    def of(self, seats: int) -> int:
        """Whole seats, rounded down: the rest belongs to the general seats (EDGE-31)."""
        return int(seats * self.share)


class Thresholds(Record):
    """The fewest points allowed. `specialties` and `universities` are totals that a specialty or a category demands."""

    total: Sourced[Points]
    profile: Sourced[Points]
    other: Sourced[Points]
    creative: Sourced[Points]
    specialties: Mapping[str, Sourced[Points]] = Field(default_factory=dict)
    universities: Mapping[str, Sourced[Points]] = Field(default_factory=dict)

    def total_for(self, specialty: str, category: str | None) -> int:
        """The total that is required for a choice."""
        more = (self.specialties.get(specialty), self.universities.get(category or ""))
        return max(self.total.value, *(each.value for each in more if each), 0)


class Rules(Record):
    """One year's rules. A protocol names their id."""

    id: Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$")]
    year: Annotated[int, Field(ge=2000, le=2100)]
    choices: Sourced[Annotated[int, Field(ge=1, le=20)]]
    thresholds: Thresholds
    quotas: Mapping[Quota, Share]
    rural: Share
    rounding: Sourced[Literal["floor"]]
    unfilled: Sourced[Literal["general"]]
    order: Sourced[tuple[Via, ...]]
    fall_through: Sourced[bool]
    tie_break: Sourced[tuple[TieBreak, ...]]
    preferential_rights: Sourced[Mapping[PreferentialRight, Annotated[int, Field(ge=1, le=99)]]]
    reaward: Sourced[Literal["points"]]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum((each.share for each in self.quotas.values()), self.rural.share) > 1:
            raise ValueError("quotas and rural are more than all seats; lower the shares")
        if sorted(self.order.value) != sorted(Via):
            raise ValueError("order names quota, general and rural, each once")
        criteria = self.tie_break.value
        if len(set(criteria)) != len(criteria) or criteria[-1:] != (TieBreak.REGISTRATION_NUMBER,):
            raise ValueError("tie_break names each criterion once, and registration_number at the end")
        return self

    def preferential_rank(self, right: PreferentialRight | None) -> int:
        """1 for the first of the rights; 0 for none."""
        return self.preferential_rights.value.get(right, 0) if right else 0

    def by_points(self) -> Self:
        """The same rules without quotas, by which seats that became free are awarded (EDGE-35)."""
        none = self.rural.model_copy(update={"share": Decimal(0)})
        return self.model_copy(update={"quotas": {}, "rural": none})


def load_rules(source: Path | str | int) -> Rules:
    """Read rules by year (`2016`) or from a file (a path, or a string ending in .yaml or .yml).

    A year without rules of its own goes by the latest ones before it: rules hold until they are replaced.
    Raises UnknownRules when there are none, RulesInvalid when the file breaks a rule.
    """
    path = Path(str(source))
    if path.suffix not in {".yaml", ".yml"}:
        path = _of_year(str(source))
    if not path.is_file():
        known = ", ".join(sorted(file.stem.removeprefix("rules-") for file in FOLDER.glob("rules-*.yaml")))
        raise UnknownRules(
            f"rules: {str(source)!r} not found; use the year {known} or a later one, or the path of a YAML file"
        )
    try:
        document: object = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Rules.model_validate(document)
    except OSError as error:
        raise UnknownRules(f"rules: {path.name}: cannot be read ({error.strerror}); give a readable file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesInvalid(f"{path.name}: /: not YAML: {error}; correct the syntax at that line") from error
    except ValidationError as error:
        raise RulesInvalid("\n".join(f"{path.name}: {_line(detail)}" for detail in error.errors())) from error


def _of_year(year: str) -> Path:
    """The file of that year or the last before it; one that does not exist where there is none."""
    files = {path.stem.removeprefix("rules-"): path for path in FOLDER.glob("rules-[0-9]*.yaml")}
    earlier = [each for each in files if re.fullmatch("[0-9]{4}", year) and each <= year]
    return files[max(earlier)] if earlier else FOLDER / "rules-none.yaml"


@cache
def rules(year: int) -> Rules:
    """The rules that hold in a year; read at the first call and kept. Raises UnknownRules."""
    return load_rules(year)


_REMEDIES: Final = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "enum": "use one of the values named",
    "value_error": "correct the file as said",
}


def _line(detail: ErrorDetails) -> str:
    pointer = "/".join(["", *(str(part) for part in detail["loc"])]) or "/"
    remedy = _REMEDIES.get(detail["type"], "correct the value")
    return f"{pointer}: {detail['msg']} (found {detail['input']!r:.80}); {remedy}"
