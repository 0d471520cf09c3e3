"""What follows from an event of an application for a grant: contract events, the work of desks and winners, deadlines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts import university_grants as contract
from contracts.common import Channel
from contracts.event import Event
from contracts.issued_documents import Codes
from law.universities import Universities
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Timer
from services.university_is import streams
from services.university_is.grants.application import commands as c
from services.university_is.grants.application import events as e
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.rows import GRANTS
from services.university_is.grants.application.state import Grant, State, Unknown
from services.university_is.grants.application.tells import told
from services.university_is.grants.application.terms import ENROLMENT
from services.university_is.papers import follows as papers
from services.university_is.simulated.committee import GrantStaff
from services.university_is.simulated.staff import COMMITTEE, Job

_AFTER_DUE: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Grants:
    """The grant aggregate, with the policy of its simulated people and the universities that give its documents out."""

    staff: GrantStaff
    universities: Universities
    codes: Codes

    def aggregate(self) -> Aggregate[State]:
        return Aggregate(
            category=streams.GRANT,
            initial=GRANT.initial,
            evolve=GRANT.evolve,
            events=e.EVENTS,
            react=self.react,
            timers={"staff": self._work, "term": _end_of_term},
            projection=GRANTS,
        )

    def react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        event = recorded.event
        match state:
            case Unknown():
                return
            case e.TurnedAway(application_id=who, university=where, refusal=refusal, at=at):
                refused = contract.GrantIntakeRefused(
                    application_id=who, university=where, at=at, channel=Channel.PAPER, refusal=refusal
                )
                yield Publish(contract.TOPIC, str(who), refused)
            case Grant():
                publication = told(state, event)
                if publication:
                    yield Publish(contract.TOPIC, str(state.application_id), publication)
                yield from papers.given(state, event, self.universities, self.codes)
                yield from _ended(event)
                yield from self._begun(state, event)

    def _begun(self, grant: Grant, event: Event) -> Iterator[Effect]:
        if isinstance(event, e.Beginning):
            for begun in event.begins:
                yield from self._planned(grant, begun, event.at)

    def _planned(self, grant: Grant, begun: e.Begun, at: datetime) -> Iterator[Effect]:
        """One timer for the act. What is planned in time needs no watch: a campaign has a hundred thousand of each."""
        acts_at = self._acts_at(grant, begun, at)
        if acts_at:
            yield Schedule(f"staff:{begun.step}", acts_at, {"task": begun.task.value})
        if begun.due_at:
            warning = None if begun.step == ENROLMENT else grant.terms.warning_at(at, begun.due_at)
            # With the committee's round: a moment of its own would cost the whole chain a jump of the clock.
            near = warning and warning.replace(second=COMMITTEE.last_call.second)
            looks_at = near or max(begun.due_at, at) + _AFTER_DUE
            if acts_at is None or acts_at > looks_at:
                yield Schedule(f"term:{begun.step}", looks_at, {"near": True} if near else {})
        ends = grant.enrolment_ends
        if begun.task is GrantTask.HAND_OVER_CERTIFICATE and ends and acts_at is None:
            # Who never fetches the certificate does not enrol either (EDGE-18).
            yield Schedule(f"term:{ENROLMENT}", ends + _AFTER_DUE)

    def _acts_at(self, grant: Grant, begun: e.Begun, at: datetime) -> datetime | None:
        run = sum(each.task == begun.task for each in grant.steps)
        job = Job(grant.application_id, begun.task, run, at, at, begun.due_at, grant.calendar)
        match begun.task:
            case GrantTask.HAND_OVER_CERTIFICATE:
                return self.staff.collects_at(job, grant.enrolment_ends)
            case GrantTask.ENROL:
                return self.staff.enrols_at(job)
            case GrantTask.ASSIGN_SCHOLARSHIP:
                return self.staff.signs_at(job, grant.university, grant.registered.campaign)
            case _:
                return self.staff.works_at(job)

    def _work(self, state: State, timer: Timer) -> Sequence[Event]:
        """Simulated people do what a person would ask for over HTTP, unless one was a moment faster."""
        task = GrantTask(str(timer.data["task"]))
        if not isinstance(state, Grant) or state.under_way(task) is None:
            return []
        return GRANT.decide(self._command(task, state, timer.at), state)

    def _command(self, task: GrantTask, grant: Grant, at: datetime) -> c.Command:
        match task:
            case GrantTask.VERIFY_APPLICATION:
                return c.Verify(self.staff.policy.unproven, at)
            case GrantTask.CERTIFY_PARTICIPATION:
                return c.CertifyParticipation(at)
            case GrantTask.FORWARD:
                return c.Forward(at)
            case GrantTask.HAND_OVER_CERTIFICATE:
                day = at.astimezone(grant.calendar.zone).date()
                return c.HandOver(self.staff.collector(grant.application_id, day), at)
            case GrantTask.ENROL:
                return c.Enrol(at)
            case GrantTask.ASSIGN_SCHOLARSHIP:
                return c.AssignScholarship(at)


def _ended(event: Event) -> Iterator[Effect]:
    """What was planned and watched for a step ends with it, and for all steps of a winner with the award itself."""
    match event:
        case e.StepDone(step=step):
            yield Cancel(f"staff:{step}")
            yield Cancel(f"term:{step}")
        case e.DeadlineNear(step=step, due_at=due):
            yield Schedule(f"term:{step}", due + _AFTER_DUE)
        case _:
            return


def _end_of_term(state: State, timer: Timer) -> Sequence[Event]:
    step = timer.key.partition(":")[2]
    if step == ENROLMENT:
        return GRANT.decide(c.EndEnrolment(timer.at), state)
    near = timer.data.get("near", False)
    return GRANT.decide(c.WarnOfDeadline(step, timer.at) if near else c.MissDeadline(step, timer.at), state)
