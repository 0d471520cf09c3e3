"""When winners come and when the rector signs: the seeded policy of the grants' own people, pure like that of the desks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.common import Collector
from contracts.desks import Action, Desk
from contracts.esuvo_competition import campaign_id
from law.regulation import WorkCalendar
from services._actors.draws import Draw
from services._actors.policy import Absence, Mode, StaffPolicy
from services._actors.rounds import COMMITTEE, RECTOR, moment, present
from services.university_is.simulated.staff import Job, Simulated


@dataclass(frozen=True, slots=True)
class Committee:
    """Committee, rector and winners. None for a moment: nobody acts by itself, people do it over HTTP."""

    desks: Simulated

    def works_at(self, job: Job) -> datetime | None:
        """When the committee does what lies on its desk."""
        return self.desks.works_at(job)

    def collects_at(self, job: Job, ends: datetime | None) -> datetime | None:
        """Some working days after the certificate is there; the university sees to it that most come by the fixed date.

        None for who never comes (EDGE-18), or would only after `ends`, when enrolment is over.
        """
        collection = self.policy.collection
        never = self._draw(job, "grant:never").happens(collection.never_share)
        if never or self._by_hand(Desk.ADMISSION_COMMITTEE):
            return None
        at = self._comes(job, "grant:collect", collection.days_min, collection.days_max)
        late = self._draw(job, "grant:late").happens(self.policy.work_time(Action.HAND_OVER_CERTIFICATE).late_share)
        if job.due and at > job.due and not late:
            at = _last_before(job.due, job) or at
        return at if ends is None or at <= ends else _last_before(ends, job)

    def collector(self, application_id: UUID, day: date) -> Collector:
        """Who comes for the certificate on that day (EDGE-19)."""
        return self.desks.collector(application_id, day)

    def enrols_at(self, job: Job) -> datetime | None:
        """Some working days after the hand-over, not after the deadline `job.due`; None for who does not enrol (EDGE-35)."""
        enrolment = self.policy.enrolment
        never = self._draw(job, "enrol:never").happens(enrolment.never_share)
        if never or self._by_hand(Desk.ADMISSION_COMMITTEE):
            return None
        at = self._comes(job, "enrol", enrolment.days_min, enrolment.days_max)
        return at if job.due is None or at <= job.due else _last_before(job.due, job)

    def signs_at(self, job: Job, university: str, year: int) -> datetime | None:
        """The rector signs for many at once: on the last two working days that are in time, else day by day.

        Which universities are late hangs on the university, so that its students share an order (EDGE-36).
        """
        if self._by_hand(Desk.RECTOR):
            return None
        at = next((each for each in self._signings(job, university, year) if each > job.at), None)
        soonest = at or RECTOR.next(job.at, job.calendar)
        return present(soonest, self._absences(Desk.RECTOR), job.calendar, RECTOR)

    def _signings(self, job: Job, university: str, year: int) -> Iterator[datetime]:
        if job.due is None:
            return
        calendar, work = job.calendar, self.policy.work_time(Action.ASSIGN_SCHOLARSHIP)
        last = calendar.subtract_working_days(calendar.next_working_day(_day(job.due, calendar)), 1)
        draw = Draw(self.desks.seed, campaign_id(year), f"scholarship:{university}")
        if draw.happens(work.late_share):
            days = draw.between(work.late_days_min, work.late_days_max)
            yield RECTOR.first(calendar.add_working_days(last, days), calendar)
            return
        yield RECTOR.first(calendar.subtract_working_days(last, 1), calendar)
        yield RECTOR.first(last, calendar)

    @property
    def policy(self) -> StaffPolicy:
        return self.desks.policy

    def _comes(self, job: Job, label: str, least: int, most: int) -> datetime:
        draw = self._draw(job, label)
        day = job.calendar.add_working_days(_day(job.at, job.calendar), draw.between(least, most))
        at = moment(day, draw.pick(COMMITTEE.times), job.calendar)
        return present(at, self._absences(Desk.ADMISSION_COMMITTEE), job.calendar, COMMITTEE)

    def _draw(self, job: Job, label: str) -> Draw:
        return Draw(self.desks.seed, job.application_id, label)

    def _by_hand(self, desk: Desk) -> bool:
        return self.policy.desk(desk).mode is Mode.MANUAL

    def _absences(self, desk: Desk) -> Sequence[Absence]:
        return self.policy.desk(desk).absences


def _last_before(at: datetime, job: Job) -> datetime | None:
    """The committee's last look on that day, if it comes after the job did and is not too late itself."""
    day = job.calendar.subtract_working_days(job.calendar.next_working_day(_day(at, job.calendar)), 1)
    last = COMMITTEE.before_closing(day, job.calendar)
    return last if job.at < last <= at else None


def _day(at: datetime, calendar: WorkCalendar) -> date:
    return at.astimezone(calendar.zone).date()
