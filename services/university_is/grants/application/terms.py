"""The regulation as it applies to one application at one university: which steps it has, and when each is due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

from law.regulation import Regulation, Step, Week, WorkCalendar, regulations
from law.regulation.campaign import COMMON, backstop_of, campaign_of, due_of
from law.regulation.deadlines import warning_at
from services.university_is.duplicates.terms import calendar
from services.university_is.grants.application.events import Begun, GrantTask

SERVICE: Final = "grant"
ENROLMENT: Final = "enrolment"  # of which the regulation knows only the last day
_LATE_ENROLMENT_DAYS: Final = (
    5  # assumed: working days for who gets the certificate at the very end, or in a later round
)
_OTHER_WORDS: Final = {GrantTask.VERIFY_APPLICATION: "verify", GrantTask.HAND_OVER_CERTIFICATE: "hand_over"}


@dataclass(frozen=True, slots=True)
class Terms:
    """`round` is that of the award: the fixed dates are those of the competition itself, a later round begins after them."""

    regulation: str
    channel: str
    zone: str
    week: Week
    year: int
    round: int = 1

    @property
    def calendar(self) -> WorkCalendar:
        return calendar(self.zone, self.week)

    def begin(self, task: GrantTask, at: datetime) -> Begun:
        """The step of that task begins; its term is counted from `at`."""
        return _begun(self, task, at)

    def enrolment_ends(self, at: datetime) -> datetime:
        """The last moment at which a winner whose certificate was there at `at` is enrolled (assumed, EDGE-35).

        Five working days are always left, so that a certificate of a later round, or one that came late, is not worth nothing.
        """
        last = campaign_of(_regulation(self.regulation)).enrolment_until.of(self.year)
        least = self.calendar.add_working_days(at.astimezone(self.calendar.zone).date(), _LATE_ENROLMENT_DAYS)
        return self.calendar.closing(max(last, least))

    def paid_from(self, ordered: date) -> date:
        """The first day of the payment (domain B.5).

        An order that missed its day blocks the payment from the regulation's first day (EDGE-36): it begins with the month
        after that, or after the order if it is still later.
        """
        usual = campaign_of(_regulation(self.regulation)).paid_from.of(self.year)
        fixed = step_of(self.regulation, self.channel, GrantTask.ASSIGN_SCHOLARSHIP).backstop
        if fixed is None or ordered <= fixed.of(self.year):
            return usual
        return (max(usual, ordered).replace(day=1) + timedelta(days=31)).replace(day=1)

    def warning_at(self, start: datetime, due_at: datetime) -> datetime | None:
        """When the desk is warned of a term that ends at `due_at`; None without a warning."""
        rule = _regulation(self.regulation).deadline_warning
        return warning_at(start, due_at, rule.before, self.calendar) if rule else None

    def limit_in_words(self, step_id: str) -> str:
        """As in the regulation's data: `2 working_day`, or the fixed date."""
        step = next(each for each in _steps(self.regulation, self.channel) if each.id == step_id)
        if step.limit:
            return f"{step.limit.value} {step.limit.unit}"
        return step.backstop.of(self.year).isoformat() if step.backstop else "none"

    def counting_in_words(self) -> str:
        return _regulation(self.regulation).counting.count_from.value


@lru_cache(maxsize=10_000)  # a committee does the work of many applications at one instant
def _begun(terms: Terms, task: GrantTask, at: datetime) -> Begun:
    step = step_of(terms.regulation, terms.channel, task)
    return Begun(step=step.id, task=task, due_at=_due(terms, step, at))


def _due(terms: Terms, step: Step, at: datetime) -> datetime | None:
    """A fixed date has passed before a later round begins: it breaches nothing (assumed)."""
    if step.limit is None and (terms.round > 1 or backstop_of(step, terms.calendar, terms.year) is None):
        return None
    return due_of(step, at, _regulation(terms.regulation), terms.calendar, terms.year).at


@cache
def step_of(regulation: str, channel: str, task: GrantTask) -> Step:
    """The step by which the channel, or what is common to all, gives the task to a desk of the university."""
    action = _OTHER_WORDS.get(task, task.value)
    return next(step for step in _steps(regulation, channel) if step.action == action)


@cache
def _steps(regulation: str, channel: str) -> tuple[Step, ...]:
    whole = _regulation(regulation)
    return (*whole.channel(channel).steps, *whole.channel(COMMON).steps)


def _regulation(name: str) -> Regulation:
    return regulations()[name]
