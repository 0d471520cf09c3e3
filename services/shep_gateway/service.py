"""What the gateway hears and what it tells. The tables at the bottom are all of it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from contracts import esuvo_notifications, portal_applications, shep_requests
from contracts import shep_deliveries as wire
from contracts.event import Catalogue
from services._chassis.aggregate import (
    Aggregate,
    Cancel,
    Effect,
    Message,
    Publish,
    Recorded,
    Schedule,
    Service,
    Subscription,
    Timer,
    on,
)
from services._chassis.retry import next_attempt_at
from services.shep_gateway import requests, rows
from services.shep_gateway.decide import (
    CONVERSATION,
    Accept,
    Confirm,
    Conversation,
    ConversationEvent,
    DeliveryAbandoned,
    DeliveryConfirmed,
    Entry,
    NoticeAccepted,
    NoticeDispatched,
    NoticeRepeated,
    ReceiptLate,
    Resend,
)
from services.shep_gateway.requests import RequestPassed

RESEND: Final = "resend"
Told: TypeAlias = wire.DeliveryAccepted | wire.NoticeDispatched | wire.DeliveryConfirmed | wire.DeliveryAbandoned


def conversation_stream(application_id: UUID) -> str:
    return f"conversation:{application_id}"


def accept(state: Conversation, message: Message[esuvo_notifications.NoticeForwarded]) -> Sequence[ConversationEvent]:
    data = message.data
    return CONVERSATION.decide(Accept(data.application_id, data.notice, message.at), state)


def confirm(state: Conversation, message: Message[portal_applications.NoticeReceived]) -> Sequence[ConversationEvent]:
    return CONVERSATION.decide(Confirm(message.data.notice_id, message.data.kind, message.at), state)


def resend(state: Conversation, timer: Timer) -> Sequence[ConversationEvent]:
    return CONVERSATION.decide(Resend(UUID(timer.key.partition(":")[2]), timer.at), state)


def pass_on(_passed: int, message: Message[Any]) -> Sequence[RequestPassed]:  # Any: whatever the portal says
    data = message.data
    return [
        RequestPassed(
            application_id=data.application_id,
            said=data.name,
            said_version=data.version,
            data=data.model_dump(mode="json"),
            at=message.at,
        )
    ]


def react_request(_passed: int, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case RequestPassed() as event:
            said = shep_requests.CATALOGUE.decode(event.said, event.said_version, event.data)
            yield Publish(shep_requests.TOPIC, str(event.application_id), said)


def react(state: Conversation, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case NoticeAccepted(notice=notice):
            yield _publish(_accepted(state.entries[notice.notice_id]))
        case NoticeRepeated(notice_id=notice_id):
            yield _publish(_accepted(state.entries[notice_id]))
        case NoticeDispatched() as event:
            yield _publish(_dispatched(state.entries[event.notice_id], event))
            yield Schedule(f"{RESEND}:{event.notice_id}", next_attempt_at(event.at, event.attempt))
        case DeliveryConfirmed() | DeliveryAbandoned() as event:
            yield Cancel(f"{RESEND}:{event.notice_id}")
            yield _publish(_settled(state.entries[event.notice_id], event))


def _publish(event: Told) -> Publish:
    return Publish(wire.TOPIC, str(event.application_id), event)


def _accepted(entry: Entry) -> wire.DeliveryAccepted:
    notice = entry.notice
    return wire.DeliveryAccepted(
        application_id=notice.application_id, notice_id=notice.notice_id, accepted_at=entry.accepted_at
    )


def _dispatched(entry: Entry, event: NoticeDispatched) -> wire.NoticeDispatched:
    return wire.NoticeDispatched(
        application_id=entry.notice.application_id,
        notice=entry.notice,
        attempt=event.attempt,
        dispatched_at=event.at,
    )


def _settled(
    entry: Entry, event: DeliveryConfirmed | DeliveryAbandoned
) -> wire.DeliveryConfirmed | wire.DeliveryAbandoned:
    notice = entry.notice
    if isinstance(event, DeliveryConfirmed):
        return wire.DeliveryConfirmed(
            application_id=notice.application_id,
            notice_id=notice.notice_id,
            kind=notice.kind,
            confirmed_at=event.at,
        )
    return wire.DeliveryAbandoned(
        application_id=notice.application_id,
        notice_id=notice.notice_id,
        kind=notice.kind,
        attempts=event.attempts,
        abandoned_at=event.at,
    )


def _of(message: Message[Any]) -> str:  # Any: every event heard here names its application
    return conversation_stream(message.data.application_id)


def _request_of(message: Message[Any]) -> str:  # Any: as above
    return f"request:{message.data.application_id}"


EVENTS: Final = Catalogue(
    [NoticeAccepted, NoticeRepeated, NoticeDispatched, DeliveryConfirmed, DeliveryAbandoned, ReceiptLate]
)

_REQUESTS: Final = Aggregate(
    category="request", initial=0, evolve=requests.evolve, events=Catalogue([RequestPassed]), react=react_request
)


def service(*, on_request_leg: bool) -> Service:
    """With the gateway on the way back only, as the order has it, or on the portal's way to ESUVO as well (INC-09)."""
    passing = (
        [on(each, stream=_request_of, handle=pass_on) for each in shep_requests.CATALOGUE] if on_request_leg else []
    )
    return Service(
        name="shep_gateway",
        aggregates=(
            Aggregate(
                category="conversation",
                initial=CONVERSATION.initial,
                evolve=CONVERSATION.evolve,
                events=EVENTS,
                react=react,
                timers={RESEND: resend},
                projection=rows.JOURNAL,
            ),
            _REQUESTS,
        ),
        subscriptions=(
            Subscription(
                esuvo_notifications.TOPIC,
                esuvo_notifications.CATALOGUE,
                (on(esuvo_notifications.NoticeForwarded, stream=_of, handle=accept),),
            ),
            Subscription(
                portal_applications.TOPIC,
                portal_applications.CATALOGUE,
                (on(portal_applications.NoticeReceived, stream=_of, handle=confirm), *passing),
            ),
        ),
        publishes={wire.TOPIC: wire.CATALOGUE}
        | ({shep_requests.TOPIC: shep_requests.CATALOGUE} if on_request_leg else {}),
    )
