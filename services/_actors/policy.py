"""How people work: a seeded policy of the desks and of the Ministry, given to services as JSON and to scenarios as data.

The defaults are the usual life of an office. An unknown field, a wrong type and a range that runs backwards are refused,
with the field's name and the remedy.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    field_validator,
    model_validator,
)

from contracts.desks import Action, Desk
from law.left_open import BlankAlarm, Unproven

P = TypeVar("P", bound="Policy")

_HUNDREDTH: Final = 1e-9


class Mode(StrEnum):
    """`simulated`: the desk works by itself; `manual`: a person or another system must act over HTTP."""

    SIMULATED = "simulated"
    MANUAL = "manual"


def _in_hundredths(share: float) -> float:
    if abs(share * 100 - round(share * 100)) > _HUNDREDTH:
        raise ValueError("a share of cases is in whole hundredths: write 0.03 for 3 of 100")
    return share


Chance = Annotated[float, Strict(), Field(ge=0, le=1), AfterValidator(_in_hundredths)]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
Days = Annotated[int, Strict(), Field(ge=1, le=250)]


class Policy(BaseModel):
    """Written by people, so an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _ordered(low: str, least: Any, high: str, most: Any) -> None:  # Any: two of one comparable type
    if least > most:
        raise ValueError(f"{high} ({most}) comes before {low} ({least}): set {high} higher or {low} lower")


class WorkTime(Policy):
    """When within its limit a task is done, and how often it comes late."""

    share_min: Share = Field(default=0, description="the soonest moment, as a share of the limit")
    share_max: Share = Field(default=1, description="the latest moment of a task in time, as a share of the limit")
    late_share: Chance = Field(default=0.03, description="share of the tasks that are done after the limit")
    late_days_min: Days = Field(
        default=1, description="the least delay of a late task, in working days after the limit"
    )
    late_days_max: Days = Field(default=2, description="the greatest delay of a late task, in working days")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        _ordered("share_min", self.share_min, "share_max", self.share_max)
        _ordered("late_days_min", self.late_days_min, "late_days_max", self.late_days_max)
        return self


# Forms are filled in, signed by the rector and sealed in batches: not before day 3, and by day 20 of the 22.
_USUAL: Final[Mapping[str, Mapping[str, float]]] = {
    Action.PREPARE: {"share_min": 3 / 22, "share_max": 20 / 22},
}


class Absence(Policy):
    """Nobody is at the desk from `first` to `last`, both included; what lies there is begun on the day after."""

    first: date = Field(description="the first day of the absence, in the office's own zone")
    last: date = Field(description="the last day of the absence")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        _ordered("first", self.first, "last", self.last)
        return self


class DeskPolicy(Policy):
    mode: Mode = Field(default=Mode.SIMULATED, description="who works at the desk")
    absences: tuple[Absence, ...] = Field(default=(), max_length=100, description="when nobody is there")


class Mistakes(Policy):
    """What goes wrong at the desks, as shares of the cases."""

    wrongly_refused: Chance = Field(
        default=0, description="share of the verifications that refuse whatever the register says"
    )
    spoilt_in_printing: Annotated[Chance, Field(le=0.9)] = Field(
        default=0, description="share of the preparations in which a blank form is spoilt and written off (EDGE-13)"
    )


class CourierTime(Policy):
    """The courier's way between service centre and university, each way, in hours."""

    hours_min: Annotated[int, Strict(), Field(ge=1, le=1_000)] = Field(
        default=4, description="the quickest way, in hours"
    )
    hours_max: Annotated[int, Strict(), Field(ge=1, le=1_000)] = Field(
        default=20, description="the slowest way, in hours"
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        _ordered("hours_min", self.hours_min, "hours_max", self.hours_max)
        return self


class Collection(Policy):
    """When the applicant comes for the duplicate, after knowing that it is ready."""

    days_min: Days = Field(default=1, description="the soonest, in working days")
    days_max: Days = Field(default=5, description="the latest, in working days")
    never_share: Chance = Field(default=0, description="share of the applicants who never come (EDGE-18)")
    representative_share: Chance = Field(
        default=0,
        description="share of the duplicates collected by a representative with a power of attorney (EDGE-19)",
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        _ordered("days_min", self.days_min, "days_max", self.days_max)
        return self


class Enrolment(Policy):
    """When the winner of a grant brings the papers and becomes a student, after the certificate was handed over."""

    days_min: Days = Field(default=1, description="the soonest, in working days")
    days_max: Days = Field(default=5, description="the latest, in working days; nobody is enrolled after the deadline")
    never_share: Chance = Field(
        default=0.03, description="share of the winners who do not enrol: their seats are free again (EDGE-35)"
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        _ordered("days_min", self.days_min, "days_max", self.days_max)
        return self


class StaffPolicy(Policy):
    """`{"desks": {"management": {"mode": "manual"}}, "work": {"verify": {"late_share": 0.2}}}`: the rest is as usual."""

    desks: dict[Desk, DeskPolicy] = Field(default_factory=dict, description="by desk; a desk left out is simulated")
    work: dict[Action, WorkTime] = Field(default_factory=dict, description="by action; one left out works as usual")
    mistakes: Mistakes = Mistakes()
    courier: CourierTime = CourierTime()
    collection: Collection = Collection()
    blank_alarm: BlankAlarm = BlankAlarm()
    enrolment: Enrolment = Enrolment()
    unproven: Unproven = Field(
        default=Unproven.DROPPED,
        description="a quota or right claimed without proof: dropped, the application goes on; or refused (EDGE-29)",
    )

    @field_validator("work", mode="before")
    @classmethod
    def _usual_where_left_out(cls, work: Any) -> Any:  # Any: not validated yet
        if not isinstance(work, Mapping):
            return work
        return {
            action: {**_USUAL.get(action, {}), **each} if isinstance(each, Mapping) else each
            for action, each in work.items()
        }

    @classmethod
    def manual(cls) -> Self:
        """Every desk is a person's or another system's."""
        return cls(desks={desk: DeskPolicy(mode=Mode.MANUAL) for desk in Desk})

    def desk(self, desk: Desk) -> DeskPolicy:
        return self.desks.get(desk, _USUAL_DESK)

    def work_time(self, action: Action) -> WorkTime:
        return self.work.get(action) or usual_work_time(action)


_USUAL_DESK: Final = DeskPolicy()


@cache
def usual_work_time(action: Action) -> WorkTime:
    return WorkTime.model_validate(_USUAL.get(action, {}))


class Mood(StrEnum):
    """How the Ministry meets a request for blank forms (EDGE-13)."""

    PROMPT = "prompt"
    SLOW = "slow"
    SILENT = "silent"
    PARTIAL = "partial"
    REFUSES = "refuses"
    WRONG_KIND = "wrong_kind"


class MinistryPolicy(Policy):
    """`{"mood": "silent", "mood_share": 0.2}`: a fifth of the applications meet silence at their first request."""

    mode: Mode = Field(default=Mode.SIMULATED, description="manual: requests wait for a person (POST …/supply)")
    days_min: Days = Field(default=3, description="the soonest answer, in working days")
    days_max: Days = Field(default=12, description="the latest answer, in working days")
    reserve: Annotated[int, Strict(), Field(ge=0, le=1_000)] = Field(
        default=5, description="forms of each kind sent beyond the missing one"
    )
    mood: Mood = Field(default=Mood.PROMPT, description="how a request is met")
    mood_share: Chance = Field(
        default=1, description="share of the applications that meet the mood; the others: prompt"
    )
    mood_requests: Annotated[int, Strict(), Field(ge=1, le=100)] = Field(
        default=1, description="how many requests of one application meet the mood; those after them are met promptly"
    )
    slow_factor: Annotated[int, Strict(), Field(ge=2, le=20)] = Field(
        default=3, description="slow: so many times the usual working days"
    )
    fulfilment_days: Annotated[int, Strict(), Field(ge=0, le=60)] = Field(
        default=0,
        description="working days that the Almaty branch of the Testing Centre takes to deliver; 0: it has no part (INC-02)",
    )

    @model_validator(mode="after")
    def _forward(self) -> Self:
        _ordered("days_min", self.days_min, "days_max", self.days_max)
        return self


_WORDS: Final = {"simulated": Mode.SIMULATED, "none": Mode.MANUAL}


def staff_policy(given: object) -> StaffPolicy:
    """From a setting: JSON, or the words `simulated` (the defaults) and `none` (every desk manual)."""
    match given:
        case "simulated":
            return StaffPolicy()
        case "none":
            return StaffPolicy.manual()
        case _:
            return policy_from(StaffPolicy, given)


def ministry_policy(given: object) -> MinistryPolicy:
    """From a setting: JSON, or the words `simulated` (the defaults) and `none` (manual)."""
    if isinstance(given, str) and given in _WORDS:
        return MinistryPolicy(mode=_WORDS[given])
    return policy_from(MinistryPolicy, given)


class PolicyInvalid(ValueError):  # noqa: N818 - it reads as a fact, like Refused
    """A policy that cannot be meant; the message names each field, its rule and the remedy."""


def policy_from(model: type[P], given: object) -> P:
    try:
        return model.model_validate_json(given) if isinstance(given, str) else model.model_validate(given)
    except ValidationError as invalid:
        raise PolicyInvalid("; ".join(_said(model, each) for each in invalid.errors())) from None


def _said(model: type[Policy], error: Mapping[str, Any]) -> str:  # Any: pydantic's error details
    place = ".".join(str(each) for each in error["loc"] if each != "[key]") or "the whole"
    match error["type"]:
        case "json_invalid":
            remedy = "write one JSON object, or the word simulated or none"
        case "extra_forbidden":
            remedy = f"remove or correct it; {model.__name__} is described in services/_actors/policy.py"
        case _:
            remedy = "correct it or leave it out for the default"
    return f"{place}: {error['msg']}; {remedy}"
