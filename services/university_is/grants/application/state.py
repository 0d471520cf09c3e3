"""An application for a grant as it stands, and what each of its events makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from contracts.common import Refusal
from contracts.grants import Standing
from law.regulation import WorkCalendar
from services._chassis.decider import Refused
from services.university_is import steps
from services.university_is.grants.application import events as e
from services.university_is.grants.application.terms import Terms
from services.university_is.steps import StepRecord, Steps


class Status(StrEnum):
    """Where the application lies; who must act is in the comment, but the certificate of participation is apart (INC-11)."""

    REGISTERED = "registered"  # the committee verifies what came electronically, and forwards what came on paper
    VERIFIED = "verified"  # the committee forwards
    FORWARDED = "forwarded"  # the Testing Centre, the commission, the Ministry
    AWARDED = "awarded"  # the certificate comes, the winner collects
    NOT_AWARDED = "not-awarded"  # nobody; a later round may award
    HANDED_OVER = "handed-over"  # the winner brings the papers
    ENROLLED = "enrolled"  # the rector
    ASSIGNED = "assigned"
    DECLINED = "declined"
    REFUSED = "refused"
    REJECTED = "rejected"
    MERGED = "merged"


ENDS = frozenset({Status.ASSIGNED, Status.DECLINED, Status.REFUSED, Status.REJECTED, Status.MERGED})
TO_ENROL = frozenset({Status.AWARDED, Status.HANDED_OVER})


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing has come of this application."""


@dataclass(frozen=True, slots=True)
class Grant:
    """`registered` is how it came; `award` is the latest, `certificate` the last that came, which waits since then."""

    registered: e.Registered
    status: Status
    benefits_proven: bool
    steps: Steps = ()
    refusal: Refusal | None = None
    merged_into: UUID | None = None
    award: e.Awarded | None = None
    certificate: e.CertificateArrived | None = None
    waits_since: datetime | None = None
    handed_over: e.CertificateHandedOver | None = None
    scholarship: e.ScholarshipAssigned | None = None

    @property
    def application_id(self) -> UUID:
        return self.registered.application_id

    @property
    def university(self) -> str:
        """The university that has to act: the committee's, from the award on the one that the winner enrols at."""
        return self.award.university if self.award else self.registered.university

    @property
    def terms(self) -> Terms:
        came, at = self.registered, self.award or self.registered
        number = self.award.round if self.award else 1
        return Terms(came.regulation, came.channel, at.zone, at.week, came.campaign, number)

    @property
    def calendar(self) -> WorkCalendar:
        return self.terms.calendar

    @property
    def standing(self) -> Standing:
        """The application as the competition counts it."""
        return Standing(
            registration_number=self.registered.registration_number,
            request=self.registered.request,
            benefits_proven=self.benefits_proven,
            registered_at=self.registered.at,
        )

    @property
    def enrolment_ends(self) -> datetime | None:
        """The last moment to enrol; None while there is nothing to enrol with, and when it is done."""
        return self.terms.enrolment_ends(self.waits_since) if self.waits_since and self.status in TO_ENROL else None

    @property
    def open_steps(self) -> Steps:
        return tuple(each for each in self.steps if each.done is None)

    def under_way(self, task: e.GrantTask) -> StepRecord | None:
        return steps.under_way(self.steps, task)

    def has_done(self, task: e.GrantTask) -> bool:
        return any(each.task == task and each.done for each in self.steps)


State: TypeAlias = Unknown | e.TurnedAway | Grant


def evolve(state: State, event: e.GrantEvent) -> State:
    match event:
        case e.TurnedAway():
            return event
        case e.Registered():
            return _with_begun(Grant(event, Status.REGISTERED, event.benefits_proven), event)
        case _ if isinstance(state, Grant):
            grant = _with_done(state, event)
            return _with_begun(_evolve(grant, event), event)
        case _:
            raise TypeError(f"{event.name} in a stream that does not begin with {e.Registered.name}")


def _evolve(grant: Grant, event: e.GrantEvent) -> Grant:  # noqa: C901, PLR0911, PLR0912 - one arm per event
    match event:
        case e.ParticipationCertified():
            return grant
        case e.Verified(benefits_proven=proven):
            return replace(grant, status=Status.VERIFIED, benefits_proven=proven)
        case e.IntakeRefused(refusal=refusal):
            return replace(grant, status=Status.REFUSED, refusal=refusal)
        case e.Forwarded():
            return replace(grant, status=Status.FORWARDED)
        case e.Rejected(refusal=refusal):
            return replace(grant, status=Status.REJECTED, refusal=refusal)
        case e.Merged(into=into):
            return replace(grant, status=Status.MERGED, merged_into=into)
        case e.Awarded():
            return _awarded(grant, event)
        case e.NotAwarded(refusal=refusal):
            none = _without(grant, e.GrantTask.HAND_OVER_CERTIFICATE, e.GrantTask.ENROL)
            return replace(
                none, status=Status.NOT_AWARDED, refusal=refusal, award=None, certificate=None, waits_since=None
            )
        case e.CertificateArrived():
            return replace(grant, certificate=event)
        case e.CertificateHandedOver():
            first = grant.status is Status.AWARDED
            return replace(grant, status=Status.HANDED_OVER if first else grant.status, handed_over=event)
        case e.Enrolled():
            return replace(grant, status=Status.ENROLLED)
        case e.Declined():
            none = _without(grant, e.GrantTask.HAND_OVER_CERTIFICATE, e.GrantTask.ENROL)
            return replace(none, status=Status.DECLINED)
        case e.ScholarshipAssigned():
            return replace(grant, status=Status.ASSIGNED, scholarship=event)
        case e.DeadlineNear(step=step):
            return replace(grant, steps=steps.with_open(grant.steps, step, steps.warned))
        case e.DeadlineMissed(step=step):
            return replace(grant, steps=steps.with_open(grant.steps, step, steps.breached))
        case e.TurnedAway() | e.Registered():
            raise TypeError("an application is registered once")
        case _:
            assert_never(event)


def _awarded(grant: Grant, event: e.Awarded) -> Grant:
    """A corrective order may name another seat: then the certificate of the first one is worth nothing (EDGE-33)."""
    if grant.award and _place(grant.award) == _place(event):
        return replace(grant, award=event)
    before = _without(grant, e.GrantTask.HAND_OVER_CERTIFICATE, e.GrantTask.ENROL)
    certificate = None if grant.award else grant.certificate
    return replace(before, status=Status.AWARDED, award=event, certificate=certificate, handed_over=None, refusal=None)


def _place(award: e.Awarded) -> tuple[str, str]:
    return award.university, award.specialty


def _without(grant: Grant, *tasks: e.GrantTask) -> Grant:
    """The open steps of these tasks are needless now: they neither met their deadlines nor missed them."""
    return replace(grant, steps=tuple(each for each in grant.steps if each.done or each.task not in tasks))


def _with_done(grant: Grant, event: e.GrantEvent) -> Grant:
    if not isinstance(event, e.StepDone):
        return grant
    return replace(grant, steps=steps.with_open(grant.steps, event.step, steps.done(event.at)))


def _with_begun(grant: Grant, event: e.GrantEvent) -> Grant:
    if not isinstance(event, e.Beginning) or not event.begins:
        return grant
    begun = tuple(StepRecord(each.step, each.task, event.at, each.due_at) for each in event.begins)
    waits = any(each.task is e.GrantTask.HAND_OVER_CERTIFICATE for each in event.begins)
    since = grant.waits_since or (event.at if waits else None)
    return replace(grant, steps=(*grant.steps, *begun), waits_since=since)


def is_due(grant: Grant, task: e.GrantTask) -> StepRecord | None:
    """The open step of the task; None when this very thing has been done. Raises Refused when it is not to be done now."""
    step = grant.under_way(task)
    if step or grant.has_done(task):
        return step
    raise Refused(
        "grant.not-at-this-desk",
        f"the application is {grant.status}: there is no task {task} for it",
        field="/application_id",
        remedy="GET /grants/{application_id} shows which steps are under way",
    )
