"""What the portal hears and says on Kafka, and how its streams hang together. SERVICE at the bottom is all of it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final
from uuid import UUID

from contracts import portal, shep
from contracts.common import Channel, DuplicateRequest
from contracts.event import Event
from services._chassis.aggregate import Aggregate, Effect, Message, Publish, Recorded, Service, Subscription, Tell, on
from services.portal import domain, projections
from services.portal.domain import Evidence, ReceiveNotice, State


def document_of(request: DuplicateRequest) -> str:
    """The stream of the document that a request is about: same person, same document, same reason (EDGE-11)."""
    parts = (
        request.applicant.iin,
        request.university,
        request.specialty,
        request.document_kind,
        request.reason,
    )
    return DOCUMENT.stream(sha256("\x1f".join(parts).encode()).hexdigest()[:32])


def _signature(evidence: Evidence) -> portal.Signature:
    return portal.Signature.model_validate(evidence.model_dump())


def _said(event: Event, application_id: UUID) -> Event | None:  # noqa: PLR0911 - a table, one return a row
    """The contract event that tells others of a private one, if any."""
    match event:
        case domain.Filed():
            return portal.ApplicationSubmitted(
                application_id=application_id,
                request=event.request,
                channel=Channel.PORTAL,
                signature=_signature(event.evidence),
                submitted_at=event.at,
            )
        case domain.Corrected():
            return portal.ApplicationCorrected(
                application_id=application_id,
                specialty=event.specialty,
                graduation_year=event.graduation_year,
                signature=_signature(event.evidence),
                corrected_at=event.at,
            )
        case domain.WithdrawalAsked():
            return portal.WithdrawalRequested(application_id=application_id, requested_at=event.at)
        case domain.NoticeArrived(notice=notice):
            return portal.NoticeReceived(
                application_id=application_id, notice_id=notice.notice_id, kind=notice.kind, received_at=event.at
            )
        case domain.NoticeRepeated():
            return portal.NoticeReceived(
                application_id=application_id, notice_id=event.notice_id, kind=event.kind, received_at=event.at
            )
        case domain.Ended():
            return portal.ApplicationClosed(
                application_id=application_id,
                outcome=event.outcome,
                refusal_code=event.refusal_code,
                closed_at=event.at,
            )
        case _:
            return None


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    application_id = recorded.stream.partition(":")[2]
    said = _said(recorded.event, UUID(application_id))
    if said:
        yield Publish(portal.TOPIC, application_id, said)
    match recorded.event, state:
        case domain.Filed(), domain.Open():
            yield Tell(document_of(state.request), lambda holder, _at: domain.take(state.application_id, holder))
        case domain.Ended(), domain.Closed():
            # As first filed: a correction may have changed the specialty, not which document was taken.
            yield Tell(document_of(state.application.filed), lambda holder, _at: domain.free(holder))


def notice(state: State, message: Message[shep.NoticeDispatched]) -> Sequence[Event]:
    return domain.decide(ReceiveNotice(message.data.notice, message.at), state)


APPLICATION: Final = Aggregate[State](
    category="application",
    initial=domain.APPLICATION.initial,
    evolve=domain.evolve,
    events=domain.EVENTS,
    react=react,
    projection=projections.APPLICATIONS,
)
DOCUMENT: Final = Aggregate[UUID | None](
    category="document", initial=None, evolve=domain.holds, events=domain.DOCUMENT_EVENTS
)
ACCOUNT: Final = Aggregate[domain.AccountOpened | None](
    category="account", initial=None, evolve=lambda _account, event: event, events=domain.ACCOUNT_EVENTS
)
CHALLENGE: Final = Aggregate[bool](
    category="challenge", initial=False, evolve=lambda _used, _event: True, events=domain.CHALLENGE_EVENTS, logged=False
)

SERVICE: Final = Service(
    name="portal",
    aggregates=(APPLICATION, DOCUMENT, ACCOUNT, CHALLENGE),
    subscriptions=(
        Subscription(
            topic=shep.TOPIC,
            catalogue=shep.CATALOGUE,
            routes=(on(shep.NoticeDispatched, stream=lambda each: APPLICATION.stream(each.subject), handle=notice),),
        ),
    ),
    publishes={portal.TOPIC: portal.CATALOGUE},
)
