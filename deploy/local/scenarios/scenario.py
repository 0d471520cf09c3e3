"""A scenario: who applies, how the desks and the Ministry work, and what breaks; a YAML file, read and judged here."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime, ValidationError, model_validator

from contracts.common import BlankKind, Channel, DocumentKind, Reason, UniversityCode
from deploy.local.chain.plan import SERVICES
from deploy.local.chaos.faults import KAFKA, POSTGRES
from deploy.local.errors import LauncherError
from law.universities import Universities, load_universities
from services._actors.policy import MinistryPolicy, StaffPolicy

SHIPPED: Final = Path(__file__).parents[2] / "scenarios"
_LARGEST: Final = 1024 * 1024
_YEARS: Final = range(1991, 2101)  # whose holidays are known
_MAY_BE_AWAY: Final = ("esuvo", "shep_gateway")
_LONGEST_DAYS: Final = 366
_SHOWN: Final = 60

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(gt=0, le=1_000)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class _Part(BaseModel):
    """A word that nobody reads would mislead who wrote it, so it is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Part):
    """The days on which applicants come, on the wall clocks of the universities' towns."""

    first_day: date = Field(description="the first day on which somebody applies")
    last_day: date = Field(description="the last one")
    days_after: int = Field(
        default=120, ge=1, le=400, description="the run ends when all is done, or so many days after last_day"
    )

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.first_day.year not in _YEARS or self.last_day.year not in _YEARS:
            raise ValueError("a day lies outside the years 1991 to 2100; choose a year whose holidays are known")
        if self.last_day < self.first_day:
            raise ValueError("last_day comes before first_day; give a later last_day")
        if (self.last_day - self.first_day).days > _LONGEST_DAYS:
            raise ValueError(f"the period is longer than {_LONGEST_DAYS} days; split it into several scenarios")
        return self


class Spread(_Part):
    """When within the period they come. Few moments make a fast run: every moment is one jump of the clock."""

    from_hour: int = Field(default=9, ge=0, le=23, description="the first hour of the day on which somebody comes")
    to_hour: int = Field(default=18, ge=1, le=24, description="the hour by which the last one has come")
    every_minutes: int = Field(
        default=15, ge=1, le=720, description="applicants come at multiples of this many minutes"
    )
    days: Literal["working", "all"] = Field(
        default="working",
        description="`working`: Monday to Friday; `all`: on weekends too; counters then see Mon-Fri only",
    )
    first_day_share: Share = Field(default=0, description="so many of all come on the first day: a rush")

    @model_validator(mode="after")
    def _has_a_moment(self) -> Self:
        if self.to_hour <= self.from_hour:
            raise ValueError("to_hour does not come after from_hour; give a later to_hour")
        if not self.minutes:
            raise ValueError("no multiple of every_minutes lies between the hours; make every_minutes smaller")
        return self

    @property
    def minutes(self) -> range:
        """Minutes of the day at which somebody may come."""
        first = -(-self.from_hour * 60 // self.every_minutes) * self.every_minutes
        return range(first, self.to_hour * 60, self.every_minutes)


class Withdrawals(_Part):
    """Applicants who think better of it (EDGE-21)."""

    share: Share = Field(default=0, description="how many, of all")
    after_days_min: int = Field(default=1, ge=1, le=60, description="the soonest, in days after filing")
    after_days_max: int = Field(default=13, ge=1, le=60, description="the latest")

    @model_validator(mode="after")
    def _days_run_forward(self) -> Self:
        if self.after_days_max < self.after_days_min:
            raise ValueError("after_days_max comes before after_days_min; set it higher")
        return self


class Careless(_Part):
    """Who does what wrong: shares of all applicants, none of them twice."""

    wrong_year: Share = Field(default=0, description="err in the year of graduation and correct it when asked")
    unknown_graduate: Share = Field(
        default=0, description="are not in the university's register, and are refused (EDGE-10)"
    )
    missing_documents: Share = Field(
        default=0, description="leave a document at home and come again next day; counters only (EDGE-01, EDGE-02)"
    )
    doubles: Share = Field(default=0, description="ask again while their first application is open (EDGE-11)")
    withdrawals: Withdrawals = Field(default=Withdrawals(), description="think better of it")

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        total = self.wrong_year + self.unknown_graduate + self.missing_documents + self.doubles + self.withdrawals.share
        if total > 1:
            raise ValueError(f"the shares come to {total:g}, more than all; make them smaller")
        return self


class Arrivals(_Part):
    """Who comes, where and with what."""

    applicants: int = Field(ge=1, le=20_000, description="how many")
    channels: dict[Channel, Weight] = Field(
        default={Channel.PORTAL: 1}, min_length=1, description="how they come; weights, 2 is twice as many as 1"
    )
    universities: tuple[UniversityCode, ...] = Field(
        default=(), description="where they studied, in equal parts; all universities if empty"
    )
    reasons: dict[Reason, Weight] = Field(default={Reason.LOSS: 1}, min_length=1, description="weights of the reasons")
    documents: dict[DocumentKind, Weight] = Field(
        default={DocumentKind.DIPLOMA: 1}, min_length=1, description="weights of the document kinds"
    )
    spread: Spread = Field(default=Spread(), description="when they come")
    careless: Careless = Field(default=Careless(), description="who does what wrong")

    @model_validator(mode="after")
    def _doors_are_there(self) -> Self:
        if self.careless.missing_documents and not set(self.channels) & {Channel.PAPER, Channel.CON}:
            raise ValueError("missing_documents needs a counter; add paper or con to channels, or set it to 0")
        return self


class BlankStock(_Part):
    """Blank forms at the start. What is not named here is as in law/data/universities.json."""

    everywhere: dict[BlankKind, Count] = Field(default={}, description="at every university")
    at: dict[UniversityCode, dict[BlankKind, Count]] = Field(default={}, description="at one university, by its code")

    def of(self, code: str, kind: BlankKind, usual: int) -> int:
        return self.at.get(code, {}).get(kind, self.everywhere.get(kind, usual))


class FaultKind(StrEnum):
    """What breaks."""

    KILL = "kill"  # the process dies and is started again at once
    OUTAGE = "outage"  # the service is away until a later virtual moment


class ScenarioFault(_Part):
    """Something breaks at a virtual moment, on Almaty's wall clock (UTC+6)."""

    at: NaiveDatetime = Field(description="when, on Almaty's wall clock")
    kind: FaultKind = Field(description="`kill`: dies and is started again at once; `outage`: away `until`")
    victim: str = Field(description="portal, esuvo, university_is, shep_gateway, con, kafka or postgres")
    until: NaiveDatetime | None = Field(default=None, description="the end of an outage")

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        victims = (*SERVICES, KAFKA, POSTGRES)
        if self.victim not in victims:
            raise ValueError(f"{self.victim[:_SHOWN]!r} is no victim; use one of {', '.join(victims)}")
        if self.kind is FaultKind.KILL and self.until:
            raise ValueError("a kill has no `until`; leave it out or make it an outage")
        if self.kind is FaultKind.OUTAGE and (self.until is None or self.until <= self.at):
            raise ValueError("an outage ends after it began; give a later `until`")
        if self.kind is FaultKind.OUTAGE and self.victim not in _MAY_BE_AWAY:
            away = " or ".join(_MAY_BE_AWAY)
            raise ValueError(f"{self.victim} cannot be away, as people stand at its door; use kill, or {away}")
        return self


class Scenario(_Part):
    """The whole file. Every field but `story`, `period` and `arrivals` may be left out."""

    story: str = Field(min_length=1, max_length=200, description="what it shows, in one line")
    seed: int = Field(
        default=705, ge=0, le=2**31 - 1, description="of applicants, staff and Ministry: one seed, one log"
    )
    period: Period = Field(description="when people apply")
    arrivals: Arrivals = Field(description="who applies, where and with what")
    staff: StaffPolicy = Field(default=StaffPolicy(), description="how the desks, the courier and the collectors work")
    ministry: MinistryPolicy = Field(default=MinistryPolicy(), description="how the Ministry answers for blank forms")
    blanks: BlankStock = Field(default=BlankStock(), description="blank forms at the start")
    gateway_on_request_leg: bool = Field(
        default=False, description="whether the portal's requests go over the gateway, too (INC-09)"
    )
    faults: tuple[ScenarioFault, ...] = Field(default=(), max_length=100, description="what breaks, and when")

    @model_validator(mode="after")
    def _outages_do_not_overlap(self) -> Self:
        outages = sorted((each for each in self.faults if each.until), key=lambda each: (each.victim, each.at))
        for one, next_one in pairwise(outages):
            if one.victim == next_one.victim and one.until and next_one.at <= one.until:
                raise ValueError(f"two outages of {one.victim} overlap; make one of them")
        return self


_Path: TypeAlias = tuple[int | str, ...]


class ScenarioError(LauncherError):
    """Every fault of one file, a line each: file, path in it, rule, remedy."""


def load(wanted: str) -> tuple[str, Scenario]:
    """A shipped scenario by its name, or a file by its path; its name and itself. Raises ScenarioError."""
    path = Path(wanted)
    if not path.suffix:
        path = SHIPPED / f"{wanted}.yaml"
        if not path.is_file():
            names = ", ".join(each.stem for each in _shipped())
            raise ScenarioError(
                f"{wanted}: no scenario has this name; use one of {names}, or a path that ends in .yaml"
            )
    return path.stem, read(path, load_universities())


def shipped() -> Iterator[tuple[str, Scenario]]:
    universities = load_universities()
    return ((path.stem, read(path, universities)) for path in _shipped())


def read(path: Path, universities: Universities) -> Scenario:
    """Raises ScenarioError with all that is wrong with the file."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ScenarioError(f"{path}: is larger than 1 MB; a scenario is a page")
        content: object = yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)  # noqa: S506 - it is the safe loader
    except OSError as wrong:
        raise ScenarioError(f"{path}: cannot be read ({wrong.strerror}); check the path and its permissions") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        raise ScenarioError(f"{path}: is no YAML ({_one_line(wrong)}); mend that place") from None
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as wrong:
        raise ScenarioError("\n".join(_explained(path, wrong))) from None
    if strange := list(_contradictions(scenario, universities)):
        raise ScenarioError("\n".join(f"{path}: {place}: {said}" for place, said in strange))
    return scenario


def _contradictions(scenario: Scenario, universities: Universities) -> Iterator[tuple[str, str]]:
    """What only the list of universities shows."""
    known = ", ".join(universities)
    for number, code in enumerate(scenario.arrivals.universities):
        if code not in universities:
            yield f"arrivals.universities.{number}", f"{code} is no university; use {known}"
    for code in scenario.blanks.at:
        if code not in universities:
            yield f"blanks.at.{code}", f"{code} is no university; use {known}"


def _shipped() -> list[Path]:
    return sorted(SHIPPED.glob("*.yaml"))


def _explained(path: Path, wrong: ValidationError) -> Iterator[str]:
    for error in wrong.errors(include_url=False):
        place = ".".join(str(each) for each in error["loc"] if each != "[key]") or "the file"
        shown = _value(error["input"]) if error["type"] not in {"missing", "value_error"} else ""
        yield f"{path}: {place}{shown}: {_rule(error['type'], error['msg'], error['loc'])}"


def _rule(kind: str, message: str, loc: _Path) -> str:
    match kind:
        case "missing":
            return f"this field is missing; add it. {_known(loc[:-1])}"
        case "extra_forbidden":
            return f"no such field; {_known(loc[:-1])}"
        case "value_error":
            return message.removeprefix("Value error, ")
        case "model_type" | "model_attributes_type":
            return f"is no mapping; {_known(loc)}"
        case _:
            return f"{message[0].lower()}{message[1:]}; docs/scenarios.md says what may stand here"


def _known(loc: Iterable[int | str]) -> str:
    """The fields that this place knows."""
    model: Any = Scenario  # Any: a field's annotation
    for step in loc:
        field = getattr(model, "model_fields", {}).get(step)
        model = field.annotation if field else model
        inner = [each for each in getattr(model, "__args__", ()) if hasattr(each, "model_fields")]
        model = inner[0] if inner else model
    fields = getattr(model, "model_fields", {})
    return f"the fields here are {', '.join(fields)}" if fields else "docs/scenarios.md says what may stand here"


def _value(value: object) -> str:
    return f" {value!r}"[: _SHOWN + 1] if isinstance(value, str | int | float | date | datetime) else ""


def _one_line(wrong: Exception) -> str:
    return " ".join(str(wrong).split())[: 3 * _SHOWN]


class _Strict(yaml.SafeLoader):
    """A key that comes twice hides its first value, so it is an error."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[object, object]:
    found: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | float | bool | date | None):
            raise yaml.constructor.ConstructorError(None, None, "a key is one word", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} comes twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
