"""When the operator acts, how long the courier travels and who comes: a seeded policy, pure, one history per seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID

from contracts.common import Collector
from contracts.con_applications import AcceptedDocument
from contracts.desks import Action, Desk
from contracts.package import PackageDocument
from law.regulation import WorkCalendar
from services._actors.draws import Draw, collector
from services._actors.policy import Mode, StaffPolicy, WorkTime
from services._actors.rounds import COURIER, OPERATOR, OPERATOR_SECOND, moment, present
from services.con.application import terms
from services.con.application.events import Step

_MINUTE: Final = timedelta(minutes=1)
_BETWEEN_RUNS: Final = timedelta(hours=5)  # of one day
_STEPS: Final = 100  # between the soonest and the latest moment
_ACTIONS: Final = {
    Step.REGISTER: Action.REGISTER,
    Step.FILL_FORM: Action.FILL_REQUEST_FORM,
    Step.ISSUE_RECEIPT: Action.ISSUE_RECEIPT,
    Step.DISPATCH: Action.DISPATCH,
}
_OPERATORS: Final = ("Ахметова Ә. Б.", "Жұмабеков Д. С.", "Иванова Е. П.", "Сейітова Г. Н.")


class Leg(StrEnum):
    """A way of the courier."""

    PACKAGE = "package"
    DUPLICATE = "duplicate"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Job:
    """An act of the operator whose term runs from `started` to `due`."""

    application_id: UUID
    step: Step
    started: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Simulated:
    """Acts by the policy: within each limit, but for the share that is late.

    None for a moment: the desk is manual, or nobody ever comes.
    """

    seed: int
    policy: StaffPolicy = field(default_factory=StaffPolicy)

    def acts_at(self, job: Job) -> datetime | None:
        if not self._works(Desk.CON_OPERATOR):
            return None
        draw, work = Draw(self.seed, job.application_id, job.step), self.policy.work_time(_ACTIONS[job.step])
        is_late = draw.happens(work.late_share)
        if job.step is Step.DISPATCH:
            return self._dispatched_at(job, draw, work, is_late=is_late)
        return self._present(_at_counter(job, draw, work, is_late=is_late))

    def arrives_at(self, application_id: UUID, leg: Leg, taken_at: datetime, goal: WorkCalendar) -> datetime | None:
        """After the ride, on the courier's next run to a receiver that is open (EDGE-23)."""
        if not self._works(Desk.COURIER):
            return None
        draw, ride = Draw(self.seed, application_id, f"courier:{leg}"), self.policy.courier
        minutes = 60 * ride.hours_min + draw.below(60 * (ride.hours_max - ride.hours_min) + 1)
        return _run(taken_at + timedelta(minutes=minutes), goal)

    def collects_at(self, application_id: UUID, known_at: datetime) -> datetime | None:
        """Some working days after the applicant knows; a few never come (EDGE-18)."""
        draw, comes = Draw(self.seed, application_id, "collect"), self.policy.collection
        if draw.happens(comes.never_share) or not self._works(Desk.CON_OPERATOR):
            return None
        days = draw.between(comes.days_min, comes.days_max)
        day = terms.CALENDAR.add_working_days(known_at.astimezone(terms.ZONE).date(), days)
        return self._present(_at(day, draw.pick(COURIER.times)))

    def collector(self, application_id: UUID, at: datetime) -> Collector:
        return collector(self.seed, application_id, self.policy.collection.representative_share, _date(at))

    def _works(self, desk: Desk) -> bool:
        return self.policy.desk(desk).mode is Mode.SIMULATED

    def _dispatched_at(self, job: Job, draw: Draw, work: WorkTime, *, is_late: bool) -> datetime:
        """On a round that leaves even a slow courier time; the term ends with the delivery (DUP-CON-5)."""
        if is_late:
            days = draw.between(work.late_days_min, work.late_days_max)
            return self._present(_at(terms.CALENDAR.add_working_days(_date(job.due), days), draw.pick(OPERATOR.times)))
        span = job.due - job.started
        slow = timedelta(hours=self.policy.courier.hours_max) + _BETWEEN_RUNS
        first, last = job.started + span * work.share_min, min(job.started + span * work.share_max, job.due - slow)
        rounds = [OPERATOR.next(first, terms.CALENDAR)]
        while (following := OPERATOR.next(rounds[-1], terms.CALENDAR)) <= last:
            rounds.append(following)
        return self._present(draw.pick(rounds))

    def _present(self, at: datetime) -> datetime:
        """`at`, or the first round after an absence of the desk."""
        return present(at, self.policy.desk(Desk.CON_OPERATOR).absences, terms.CALENDAR, OPERATOR)


def operator(application_id: UUID, step: Step) -> str:
    """Who is at the desk for this act; different acts may fall to different people."""
    return Draw(0, application_id, f"operator:{step}").pick(_OPERATORS)


def scans(application_id: UUID, presented: Sequence[PackageDocument]) -> tuple[AcceptedDocument, ...]:
    """The lines of the simulated request form: all on paper, each with the digest of a scan that is made up."""
    return tuple(
        AcceptedDocument(
            kind=kind, paper_present=True, scan_digest=sha256(f"{application_id}\x1f{kind}".encode()).hexdigest()
        )
        for kind in presented
    )


def _run(after: datetime, calendar: WorkCalendar) -> datetime:
    """The courier's first run from `after` on to a receiver with that calendar."""
    day = _date(after)
    while True:
        for each in COURIER.times:
            if (at := _at(day, each)) >= after and calendar.is_open(at):
                return at
        day = terms.CALENDAR.next_working_day(day)


def _at_counter(job: Job, draw: Draw, work: WorkTime, *, is_late: bool) -> datetime:
    """Within the minutes; late by limits and not by days, for the applicant stands at the counter."""
    limit = job.due - job.started
    if is_late:
        limits = 1 + draw.between(work.late_days_min, work.late_days_max)
        return (job.started + limit * limits).replace(second=OPERATOR_SECOND, microsecond=0)
    share = work.share_min + (work.share_max - work.share_min) * draw.below(_STEPS + 1) / _STEPS
    at = (job.started + limit * share).replace(second=OPERATOR_SECOND, microsecond=0)
    if at <= job.started:
        at += _MINUTE
    return at if at <= job.due else at - _MINUTE


def _date(at: datetime) -> date:
    return at.astimezone(terms.ZONE).date()


def _at(day: date, clock: time) -> datetime:
    return moment(day, clock, terms.CALENDAR)
