"""What a regulation is made of: limits, counting rules, days, and the evidence of each. Read from YAML by `model`."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from law.record import Record

_COMMON_YEAR: Final = 2015

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$")]
StepId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+[a-z]?$")]  # GRANT-P-1b is part of GRANT-P-1


class Unit(StrEnum):
    MINUTE = "minute"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


class CountFrom(StrEnum):
    """Which day is day 1 of a term counted in days."""

    EVENT_DAY = "event_day"
    NEXT_DAY = "next_day"


class Roll(StrEnum):
    """What happens to a term in calendar days that ends on a day of rest."""

    NEXT_WORKING_DAY = "next_working_day"
    NONE = "none"


class AfterHours(StrEnum):
    """On which day an event counts that happens after the office has closed."""

    SAME_DAY = "same_day"
    NEXT_DAY = "next_day"


class Evidence(StrEnum):
    """Where a value comes from: the order's own text, a page found elsewhere, or our assumption."""

    SEED = "seed"
    FOUND = "found"
    ASSUMED = "assumed"


class Condition(StrEnum):
    """The condition of a step that is not always done."""

    NO_BLANK_IN_STOCK = "no_blank_in_stock"
    SIGNATURE_NOT_CONFIRMED = "signature_not_confirmed"


class Limit(Record):
    """The longest that a step may take; written `[4, working_day]`, or in full when the evidence is not the order's text."""

    value: int = Field(gt=0, le=3_660)
    unit: Unit
    evidence: Evidence = Evidence.SEED

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, data: object) -> object:
        match data:
            case [value, unit]:
                return {"value": value, "unit": unit}
            case _:
                return data


class Counting(Record):
    """How terms in days are counted (domain catalogue, C.4). Terms in minutes are exact and ignore it."""

    count_from: CountFrom = CountFrom.EVENT_DAY
    roll_if_non_working: Roll = Roll.NEXT_WORKING_DAY
    after_hours: AfterHours = AfterHours.NEXT_DAY
    exclude_receipt_day: tuple[str, ...] = ()  # channels whose overall term starts the day after receipt
    evidence: Evidence = Evidence.ASSUMED


class BlankBranch(Record):
    """Whether duplicates are written on the Ministry's blank forms; if not, on forms of the university's own sample.

    When none is in stock, does the preparation clock stand still until it comes (INC-21), and who delivers it (INC-02).
    """

    enabled: bool
    suspend_clock: bool
    fulfilment_agent: Word | None


class Auth(StrEnum):
    """How an applicant signs in to the portal: by digital signature, or by a password sent to the telephone."""

    EDS = "eds"
    OTP = "otp"


class Hearing(Record):
    """The applicant is heard before a refusal, `not_earlier_than` after the notice that invites to it."""

    not_earlier_than: Limit
    evidence: Evidence

    @model_validator(mode="after")
    def _in_working_days(self) -> Self:
        if self.not_earlier_than.unit is not Unit.WORKING_DAY:
            raise ValueError("not_earlier_than must be in working_day: an applicant is heard while the office works")
        return self


class Warn(Record):
    """How long before the end of a term its desk is warned; a shorter term has no warning."""

    before: Limit

    @model_validator(mode="after")
    def _before_closing(self) -> Self:
        if self.before.unit is Unit.CALENDAR_DAY:
            raise ValueError("before must be in working_day or minute: nobody reads a warning on a day of rest")
        return self


class Bound(Record):
    """A filing date at which a version begins or ends; written as a bare date when the act itself gives it."""

    day: date
    evidence: Evidence = Evidence.SEED

    @model_validator(mode="before")
    @classmethod
    def _from_date(cls, data: object) -> object:
        return {"day": data} if isinstance(data, date | str) else data


class YearDay(Record):
    """A day of every year, written "MM-DD"; written alone, it is from the act's own text."""

    day: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")]
    evidence: Evidence = Evidence.SEED

    @model_validator(mode="before")
    @classmethod
    def _from_day(cls, data: object) -> object:
        return {"day": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _in_the_calendar(self) -> Self:
        try:
            self.of(_COMMON_YEAR)
        except ValueError:
            raise ValueError(f"day must be one that every year has; {self.day} is not") from None
        return self

    def of(self, year: int) -> date:
        return date.fromisoformat(f"{year}-{self.day}")


class FilingWindow(Record):
    """The days of a year, both counted, on which an application may be filed."""

    first_day: YearDay
    last_day: YearDay

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_day.day > self.last_day.day:
            raise ValueError("first_day must not be after last_day")
        return self


class Choices(Record):
    """How many choices one application may hold."""

    most: int = Field(gt=0, le=100)
    evidence: Evidence


class Campaign(Record):
    """A service that is given once a year, to all who filed within a window."""

    window: FilingWindow
    choices: Choices
    enrolment_until: YearDay  # the last day for winners to enrol; after it their seats are free again (EDGE-35)
    paid_from: YearDay  # the first day for which the scholarship is paid


class Titles(Record):
    kk: Text
    ru: Text
    en: Text
