"""What follows from an event of an application for a grant: contract events, documents, deadlines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import university_grants as contract
from contracts.common import Channel
from contracts.event import Event
from contracts.issued_documents import Codes
from law.regulation import AFTER_DUE
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
from services.university_is.watch import warned_at


@dataclass(frozen=True, slots=True)
class Grants:
    """The grant aggregate, with the universities that give its documents out."""

    universities: Universities
    codes: Codes

    def aggregate(self) -> Aggregate[State]:
        return Aggregate(
            category=streams.GRANT,
            initial=GRANT.initial,
            evolve=GRANT.evolve,
            events=e.EVENTS,
            react=self.react,
            timers={"term": _end_of_term},
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
                yield from _begun(state, event)


def _begun(grant: Grant, event: Event) -> Iterator[Effect]:
    if isinstance(event, e.Beginning):
        for begun in event.begins:
            yield from _watched(grant, begun, event.at)


def _watched(grant: Grant, begun: e.Begun, at: datetime) -> Iterator[Effect]:
    """One timer per deadline: it first comes to warn, then to tell the breach."""
    if begun.due_at:
        warning = None if begun.step == ENROLMENT else grant.terms.warning_at(at, begun.due_at)
        near = warning and warned_at(warning)
        yield Schedule(f"term:{begun.step}", near or max(begun.due_at, at) + AFTER_DUE, {"near": True} if near else {})
    ends = grant.enrolment_ends
    if begun.task is GrantTask.HAND_OVER_CERTIFICATE and ends:
        # Who never fetches the certificate does not enrol either (EDGE-18).
        yield Schedule(f"term:{ENROLMENT}", ends + AFTER_DUE)


def _ended(event: Event) -> Iterator[Effect]:
    """What was watched for a step ends with it."""
    match event:
        case e.StepDone(step=step):
            yield Cancel(f"term:{step}")
        case e.DeadlineNear(step=step, due_at=due):
            yield Schedule(f"term:{step}", due + AFTER_DUE)
        case _:
            return


def _end_of_term(state: State, timer: Timer) -> Sequence[Event]:
    step = timer.key.partition(":")[2]
    if step == ENROLMENT:
        return GRANT.decide(c.EndEnrolment(timer.at), state)
    near = timer.data.get("near", False)
    return GRANT.decide(c.WarnOfDeadline(step, timer.at) if near else c.MissDeadline(step, timer.at), state)
