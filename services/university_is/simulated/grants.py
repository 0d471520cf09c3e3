"""What simulated people do about an application for a grant: the committee, the rector, and the winner who comes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.event import Event
from services._chassis.aggregate import Cancel, Effect, Recorded, Schedule, Timer
from services._chassis.decider import Ignored
from services.university_is.grants.application import commands as c
from services.university_is.grants.application import events as e
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.state import Grant, State
from services.university_is.simulated.committee import Committee
from services.university_is.simulated.staff import Job


@dataclass(frozen=True, slots=True)
class OfGrants:
    """`react` plans their acts, the timer `staff` does them."""

    staff: Committee

    def react(self, state: State, recorded: Recorded) -> Iterable[Effect]:
        event = recorded.event
        if isinstance(event, e.StepDone):
            yield Cancel(f"staff:{event.step}")
        if isinstance(state, Grant) and isinstance(event, e.Beginning):
            for begun in event.begins:
                acts_at = self._acts_at(state, begun, event.at)
                if acts_at:
                    yield Schedule(f"staff:{begun.step}", acts_at, {"task": begun.task.value})

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

    def work(self, state: State, timer: Timer) -> Sequence[Event]:
        """What a person would ask for over HTTP, unless one was a moment faster."""
        task = GrantTask(str(timer.data["task"]))
        if not isinstance(state, Grant) or state.under_way(task) is None:
            return Ignored("not-at-this-desk")
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
