"""What follows from what happens to a notice: it is told, and sent again until the gateway has it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, TypeAlias

from contracts import esuvo_notifications as wire
from contracts.event import Event
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Timer
from services._chassis.retry import next_attempt_at
from services.esuvo.notices.decide import (
    EVENTS,
    NOTICE,
    Delivery,
    NoticeAccepted,
    NoticeDelivered,
    NoticeEvent,
    NoticeForwarded,
    NoticeRepeated,
    NoticeUndeliverable,
    Resend,
    State,
)
from services.esuvo.notices.rows import NOTICES

RESEND: Final = "resend"
# What a notice of a university means for the request it is about, before the applicant reads it.
Meaning: TypeAlias = Callable[[NoticeForwarded], Iterable[Effect]]


def react(meaning: Meaning, state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Delivery):
        return
    match recorded.event:
        case NoticeForwarded() as event:
            if event.attempt == 1:
                yield from meaning(event)
            yield _publish(state, forwarded(state))
            yield Schedule(RESEND, next_attempt_at(event.at, event.attempt))
        case NoticeRepeated():
            yield _publish(state, forwarded(state))
        case NoticeAccepted():
            yield Cancel(RESEND)
        case NoticeDelivered() | NoticeUndeliverable() as event:
            yield Cancel(RESEND)
            yield _publish(state, settled(state, event))


def resend(state: State, timer: Timer) -> Sequence[NoticeEvent]:
    return NOTICE.decide(Resend(timer.at), state)


def aggregate(meaning: Meaning) -> Aggregate[State]:
    return Aggregate(
        category="notice",
        initial=NOTICE.initial,
        evolve=NOTICE.evolve,
        events=EVENTS,
        react=partial(react, meaning),
        timers={RESEND: resend},
        projection=NOTICES,
    )


def _publish(state: Delivery, event: Event) -> Publish:
    return Publish(wire.TOPIC, str(state.notice.application_id), event)


def forwarded(state: Delivery) -> wire.NoticeForwarded:
    """For the gateway to deliver, and for the university as the answer that its notice is under way."""
    return wire.NoticeForwarded(
        application_id=state.notice.application_id,
        notice=state.notice,
        attempt=state.attempt,
        forwarded_at=state.forwarded_at,
    )


def settled(
    state: Delivery, event: NoticeDelivered | NoticeUndeliverable
) -> wire.NoticeDelivered | wire.NoticeUndeliverable:
    notice = state.notice
    of = {"application_id": notice.application_id, "notice_id": notice.notice_id, "kind": notice.kind}
    if isinstance(event, NoticeDelivered):
        return wire.NoticeDelivered(**of, delivered_at=event.at)
    return wire.NoticeUndeliverable(**of, given_up_at=event.at)
