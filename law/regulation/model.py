"""A service regulation as data: channels, steps, limits, counting rule. Read from the YAML files beside."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Self

import yaml
from pydantic import ConfigDict, Field, RootModel, ValidationError, model_validator
from pydantic_core import ErrorDetails

from law.record import Record
from law.regulation.parts import (
    Auth,
    BlankBranch,
    Bound,
    Campaign,
    Condition,
    Counting,
    Evidence,
    Hearing,
    Id,
    Limit,
    StepId,
    Text,
    Titles,
    Warn,
    Word,
    YearDay,
)

FOLDER: Final = Path(__file__).parent
_FILES: Final = "kz-*[0-9]-*.yaml"  # a number or a year of an act in the name; the calendar's table has none
_NO_BLANKS: Final = BlankBranch(enabled=False, suspend_clock=False, fulfilment_agent=None)


class RegulationInvalid(ValueError):  # noqa: N818 - named as what it says, like the other refusals
    """A regulation file that cannot be used; each line names file, path in the file, rule and remedy."""


class UnknownRegulation(LookupError):  # noqa: N818 - named as what it says, like UnknownEvent
    """No regulation, channel or step of that name, or none that governs the filing date."""


class Step(Record):
    """One numbered action of the order. `point` and `citation` say where and in which words it stands there.

    An id means the same action in every version; the number of an action that was dropped is not used again.
    """

    id: StepId
    actor: Word
    action: Word
    limit: Limit | None
    backstop: YearDay | None = None  # the step ends by that day even where its limit ends later (INC-16, INC-20)
    after: tuple[StepId, ...] = ()  # the steps it waits for; none named: the one above
    condition: Condition | None = None
    point: Text
    citation: Text | None = None
    titles: Titles
    evidence: Evidence

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.evidence is Evidence.SEED and self.citation is None:
            raise ValueError("a step from the order's own text must cite it: add citation, or mark it assumed")
        return self


class Channel(RootModel[tuple[Step, ...]]):
    """The steps of one way to file, in the order's sequence."""

    model_config = ConfigDict(frozen=True)
    root: Annotated[tuple[Step, ...], Field(min_length=1)]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.root

    def step(self, step_id: str) -> Step:
        """The step of that id, or UnknownRegulation."""
        for step in self.root:
            if step.id == step_id:
                return step
        known = ", ".join(step.id for step in self.root)
        raise UnknownRegulation(f"step: no {step_id!r} in this channel; use one of {known}")


class Regulation(Record):
    """One version of the regulation of one service. A case keeps its id, so that later versions do not change it."""

    id: Id
    service: Word
    act: Text
    titles: Titles
    effective_from: Bound | None  # the first filing date it governs; null: unknown, so unbounded
    effective_to: Bound | None  # the first filing date it no longer governs; null: unbounded
    provider: Word
    result_form: Word
    counting: Counting
    overall_limit: Limit | None
    blank_branch: BlankBranch = _NO_BLANKS  # left out only by a service that has a campaign
    campaign: Campaign | None = None
    pre_refusal_hearing: Hearing | None = None
    deadline_warning: Warn | None = None
    auth: Annotated[tuple[Auth, ...], Field(min_length=1)] = (Auth.EDS,)
    channels: Mapping[str, Channel]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        steps = [step for channel in self.channels.values() for step in channel.steps]
        ids = [step.id for step in steps]
        twice = sorted({step_id for step_id in ids if ids.count(step_id) > 1})
        strangers = sorted(set(self.counting.exclude_receipt_day) - set(self.channels))
        if twice:
            raise ValueError(f"step ids must be unique; twice: {', '.join(twice)}")
        if strangers:
            raise ValueError(f"exclude_receipt_day must name channels of this file; not: {', '.join(strangers)}")
        if self.campaign is None and "blank_branch" not in self.model_fields_set:
            raise ValueError("blank_branch must say whether blank forms are used; add it, or a campaign")
        for number, step in enumerate(steps):
            below = sorted(set(step.after) - set(ids[:number]))
            if below:
                raise ValueError(f"{step.id}: after must name steps that stand above it; not: {', '.join(below)}")
        asks = sorted(step.id for step in steps if step.condition is Condition.NO_BLANK_IN_STOCK)
        if asks and not self.blank_branch.enabled:
            raise ValueError(f"blank_branch is off, yet {', '.join(asks)} asks for a blank form; remove the step")
        if self.effective_from and self.effective_to and self.effective_from.day >= self.effective_to.day:
            raise ValueError("effective_from must be before effective_to")
        return self

    def channel(self, name: str) -> Channel:
        """The channel of that name, or UnknownRegulation."""
        found = self.channels.get(name)
        if found is None:
            raise UnknownRegulation(
                f"channel: {self.id} has no {name!r}; use one of {', '.join(sorted(self.channels))}"
            )
        return found

    def path(self, channel: str, *, blank_in_stock: bool) -> tuple[Step, ...]:
        """The steps that are done in this case: without a refusal, and without the request for blank forms if none is needed."""
        met = {None, Condition.NO_BLANK_IN_STOCK} if self.blank_branch.enabled and not blank_in_stock else {None}
        return tuple(step for step in self.channel(channel).steps if step.condition in met)

    def governs(self, filed: date) -> bool:
        """Whether an application filed on that date falls under this version."""
        return (self.effective_from is None or self.effective_from.day <= filed) and (
            self.effective_to is None or filed < self.effective_to.day
        )


def load(source: Path | str) -> Regulation:
    """Read a regulation by its id (`KZ-MES-705-DUP`) or from a file (a path, or a string ending in .yaml or .yml).

    Raises UnknownRegulation when there is none, RegulationInvalid when the file breaks a rule.
    """
    path = Path(source)
    if path.suffix not in {".yaml", ".yml"}:
        path = FOLDER / f"{str(source).lower()}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem.upper() for file in FOLDER.glob(_FILES)))
        raise UnknownRegulation(
            f"regulation: {str(source)!r} not found; use one of {known}, or the path of a YAML file"
        )
    return _parse(path.name, path.read_text(encoding="utf-8"))


@cache
def regulations() -> Mapping[str, Regulation]:
    """Every regulation of this package by its id; read at the first call and kept."""
    loaded = (load(path) for path in sorted(FOLDER.glob(_FILES)))
    return MappingProxyType({regulation.id: regulation for regulation in loaded})


def governing(filed: date, service: str = "duplicate", among: Iterable[Regulation] | None = None) -> Regulation:
    """The version that governs an application filed on that date; it stays with the case for good (EDGE-37).

    Raises UnknownRegulation when no version covers the date, RegulationInvalid when two do.
    """
    return _governing_of_ours(filed, service) if among is None else _governing(filed, service, among)


@lru_cache(maxsize=1_000)  # the applications of one day are many
def _governing_of_ours(filed: date, service: str) -> Regulation:
    return _governing(filed, service, regulations().values())


def _governing(filed: date, service: str, candidates: Iterable[Regulation]) -> Regulation:
    match [regulation for regulation in candidates if regulation.service == service and regulation.governs(filed)]:
        case [only]:
            return only
        case []:
            raise UnknownRegulation(
                f"filed: no regulation of {service!r} governs {filed}; check effective_from and _to"
            )
        case several:
            names = ", ".join(regulation.id for regulation in several)
            raise RegulationInvalid(f"effective_from: {names} all govern {filed}; end one before the next begins")


def _parse(name: str, text: str) -> Regulation:
    try:
        document: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RegulationInvalid(f"{name}: /: not YAML: {error}; correct the syntax at that line") from error
    match document:
        case {"regulation": dict() as head, "channels": channels, **others} if not others:
            pass
        case _:
            raise RegulationInvalid(
                f"{name}: /: must hold 'regulation' and 'channels' and nothing else; add or move them"
            )
    try:
        return Regulation.model_validate({**head, "channels": channels})
    except ValidationError as error:
        raise RegulationInvalid("\n".join(f"{name}: {_line(detail)}" for detail in error.errors())) from error


_REMEDIES: Final = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "enum": "use one of the values named",
    "string_pattern_mismatch": "write it to that pattern",
    "value_error": "correct the file as said",
}


def _line(detail: ErrorDetails) -> str:
    where = [str(part) for part in detail["loc"]]
    pointer = "/".join(["", *where] if where[:1] == ["channels"] else ["", "regulation", *where])
    remedy = _REMEDIES.get(detail["type"], "correct the value")
    return f"{pointer}: {detail['msg']} (found {detail['input']!r:.80}); {remedy}"
