"""What the service centre says on Kafka, and how its streams hang together. It hears nothing yet."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from contracts import con, package
from contracts.common import Channel
from contracts.event import Event
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Service, Tell, Timer
from services.con import projections
from services.con.domain import counter, document, events
from services.con.domain.events import Particulars
from services.con.domain.state import AtCounter, Nothing, State, TurnedAway, evolve

_AFTER_DUE: Final = timedelta(seconds=1)  # what is done at the due moment itself is in time


def document_of(asked: Particulars) -> str:
    """The stream of the document that an application is about: same person, same document, same reason (EDGE-11)."""
    parts = (asked.applicant.iin, asked.university, asked.specialty, asked.document_kind, asked.reason)
    return DOCUMENT.stream(sha256("\x1f".join(parts).encode()).hexdigest()[:32])


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    match state:
        case TurnedAway():
            yield Tell(
                document_of(state.particulars),
                lambda holder, _at: document.require_free(state.application_id, holder),
            )
            yield Publish(con.TOPIC, str(state.application_id), _package_refused(state))
        case AtCounter():
            yield from _follow(state, recorded.event)


def _follow(state: AtCounter, event: Event) -> Iterable[Effect]:
    match event:
        case events.PackageHandedIn():
            yield Tell(document_of(state.particulars), lambda holder, _at: document.take(state.application_id, holder))
            yield from _watch(state)
        case events.ApplicationRegistered() | events.FormFilled() | events.ReceiptIssued():
            yield Cancel(_deadline([act.step for act in state.acts if act.done_at][-1]))
            yield from _watch(state)
            yield from _accepted(state, event)
        case events.DeadlineMissed():
            yield Publish(con.TOPIC, str(state.application_id), _breached(state, event))


def _watch(state: AtCounter) -> Iterable[Schedule]:
    act = state.running
    if act:
        yield Schedule(_deadline(act.step), act.due_at + _AFTER_DUE, {"step": act.step})


def _accepted(state: AtCounter, event: Event) -> Iterable[Publish]:
    if isinstance(event, events.ReceiptIssued) and state.number:
        yield Publish(con.TOPIC, str(state.application_id), _application_accepted(state, state.number, event))


def _deadline(step: events.Step) -> str:
    return f"deadline:{step}"


def _package_refused(state: TurnedAway) -> con.PackageRefused:
    asked = state.particulars
    return con.PackageRefused(
        application_id=state.application_id,
        university=asked.university,
        document_kind=asked.document_kind,
        reason=asked.reason,
        presented=state.presented,
        missing=tuple(package.missing(kind) for kind in state.missing),
        receipt=state.receipt,
        refused_at=state.receipt.issued_at,
    )


def _application_accepted(state: AtCounter, number: str, event: events.ReceiptIssued) -> con.ApplicationAccepted:
    done_at = {act.step: act.done_at for act in state.acts}
    return con.ApplicationAccepted.model_validate(
        {
            "application_id": state.application_id,
            "request": state.particulars.numbered(number),
            "channel": Channel.CON,
            "regulation": state.regulation,
            "documents": state.documents,
            "receipt": event.receipt,
            "handed_in_at": done_at[events.Step.HAND_IN],
            "registered_at": done_at[events.Step.REGISTER],
            "accepted_at": event.at,
        }
    )


def _breached(state: AtCounter, event: events.DeadlineMissed) -> con.DeadlineBreached:
    return con.DeadlineBreached(
        application_id=state.application_id,
        university=state.particulars.university,
        step=event.step,
        limit=event.limit,
        due_at=event.due_at,
        at=event.at,
    )


def deadline_passed(state: State, timer: Timer) -> Sequence[Event]:
    return counter.decide(counter.PassDeadline(str(timer.data["step"]), timer.at), state)


def _holds(_holder: UUID | None, event: document.Taken) -> UUID | None:
    return event.application_id


APPLICATION: Final = Aggregate[State](
    category="application",
    initial=Nothing(),
    evolve=evolve,
    events=events.EVENTS,
    react=react,
    timers={"deadline": deadline_passed},
    projection=projections.APPLICATIONS,
)
DOCUMENT: Final = Aggregate[UUID | None](category="document", initial=None, evolve=_holds, events=document.EVENTS)

SERVICE: Final = Service(
    name="con",
    aggregates=(APPLICATION, DOCUMENT),
    subscriptions=(),
    publishes={con.TOPIC: con.CATALOGUE},
)
