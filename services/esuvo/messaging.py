"""What ESUVO hears and what it tells. The tables at the bottom are all of it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from contracts import esuvo as wire
from contracts import portal, shep, university
from contracts.common import RefusalCode
from contracts.event import Catalogue, Event
from services._chassis import ids
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
    Tell,
    Timer,
    on,
)
from services.esuvo import projections
from services.esuvo.directory import Directory
from services.esuvo.domain import blanks, notices, request
from services.esuvo.domain.blanks import BLANK_REQUEST, SERIALS
from services.esuvo.domain.request import REQUEST, Status
from services.esuvo.ministry import Ministry

RESEND: Final = "resend"
SUPPLY: Final = "supply"
ALL_SERIALS: Final = "serials:blanks"

REQUEST_EVENTS: Final = Catalogue(
    [
        request.RequestRouted,
        request.RoutingFailed,
        request.CorrectionRouted,
        request.WithdrawalRouted,
        request.CaseProgressed,
        request.RequestEnded,
        request.RequestClosed,
        notices.NoticeForwarded,
        notices.NoticeRepeated,
        notices.NoticeAccepted,
        notices.NoticeDelivered,
        notices.NoticeUndeliverable,
    ]
)
BLANK_EVENTS: Final = Catalogue([blanks.BlankRequestReceived, blanks.SupplyGranted, blanks.BlanksSupplied])


def request_stream(application_id: UUID) -> str:
    return f"request:{application_id}"


def ministry_stream(application_id: UUID) -> str:
    return f"ministry:{application_id}"


# Heard from the portal


def take(
    directory: Directory, state: request.State, message: Message[portal.ApplicationSubmitted]
) -> Sequence[request.RequestEvent]:
    data = message.data
    command = request.Take(
        application_id=data.application_id,
        request=data.request,
        channel=data.channel,
        filed_at=data.submitted_at,
        unroutable=directory.why_unroutable(data.request.university),
        notice_id=ids.derive(message.at, data.application_id, "refused", 1),
        at=message.at,
    )
    return REQUEST.decide(command, state)


def correct(state: request.State, message: Message[portal.ApplicationCorrected]) -> Sequence[request.RequestEvent]:
    data = message.data
    return REQUEST.decide(request.Correct(data.specialty, data.graduation_year, data.corrected_at, message.at), state)


def withdraw(state: request.State, message: Message[portal.WithdrawalRequested]) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(request.Withdraw(message.data.requested_at, message.at), state)


def close(state: request.State, message: Message[portal.ApplicationClosed]) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(request.Close(message.data.outcome, message.data.refusal_code, message.at), state)


# Heard from the university


def progress(
    status: Status, state: request.State, message: Message[university.CaseEvent]
) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(request.Progress(message.data.university, status, message.at), state)


def end(status: Status, state: request.State, message: Message[university.CaseEvent]) -> Sequence[request.RequestEvent]:
    return _end(status, None, state, message)


def refuse(state: request.State, message: Message[university.CaseRefused]) -> Sequence[request.RequestEvent]:
    return _end(Status.REFUSED, message.data.refusal.code, state, message)


def _end(
    status: Status, code: RefusalCode | None, state: request.State, message: Message[Any]
) -> Sequence[request.RequestEvent]:  # Any: a message of any of the events that end a case
    return REQUEST.decide(request.End(message.data.university, status, code, message.at), state)


def forward(state: request.State, message: Message[university.NoticeSent]) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(notices.Forward(message.data.university, message.data.notice, message.at), state)


def ask_ministry(state: blanks.State, message: Message[university.BlankFormRequested]) -> Sequence[blanks.BlankEvent]:
    data = message.data
    return BLANK_REQUEST.decide(
        blanks.Ask(data.application_id, data.university, data.kinds, requested_at=data.at, at=message.at), state
    )


# Heard from the gateway


def accept(state: request.State, message: Message[shep.DeliveryAccepted]) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(notices.Accept(message.data.notice_id, message.at), state)


def confirm(state: request.State, message: Message[shep.DeliveryConfirmed]) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(notices.Confirm(message.data.notice_id, message.at), state)


def abandon(state: request.State, message: Message[shep.DeliveryAbandoned]) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(notices.Abandon(message.data.notice_id, message.at), state)


# Timers


def resend(state: request.State, timer: Timer) -> Sequence[request.RequestEvent]:
    return REQUEST.decide(notices.Resend(UUID(timer.key.partition(":")[2]), timer.at), state)


def supply(policy: Ministry | None, state: blanks.State, timer: Timer) -> Sequence[blanks.BlankEvent]:
    if policy is None:
        return []  # set by an earlier run; since then people have taken the desk over
    return BLANK_REQUEST.decide(blanks.Grant(policy.reserve, timer.at), state)


# What follows from our own events


def react_request(state: request.State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, request.Known):
        return
    event, to_whom = recorded.event, state.application_id
    match event:
        case notices.NoticeForwarded(notice=notice):
            yield _publish(wire.NOTIFICATIONS, to_whom, _forwarded(state, notice.notice_id))
            due = notices.next_attempt_at(event.at, event.attempt)
            yield Schedule(f"{RESEND}:{notice.notice_id}", due)
        case notices.NoticeRepeated():
            yield _publish(wire.NOTIFICATIONS, to_whom, _forwarded(state, event.notice_id))
        case notices.NoticeAccepted():
            yield Cancel(f"{RESEND}:{event.notice_id}")
        case notices.NoticeDelivered() | notices.NoticeUndeliverable():
            yield Cancel(f"{RESEND}:{event.notice_id}")
            yield _publish(wire.NOTIFICATIONS, to_whom, _settled(state, event))
        case _:
            if told := _routed(state, event):
                yield _publish(wire.REQUESTS, to_whom, told)


def _publish(topic: str, application_id: UUID, event: Event) -> Publish:
    return Publish(topic, str(application_id), event)


def _forwarded(state: request.Known, notice_id: UUID) -> wire.NoticeForwarded:
    delivery = state.deliveries[notice_id]
    return wire.NoticeForwarded(
        application_id=state.application_id,
        notice=delivery.notice,
        attempt=delivery.attempt,
        forwarded_at=delivery.forwarded_at,
    )


def _settled(state: request.Known, event: notices.NoticeDelivered | notices.NoticeUndeliverable) -> Event:
    notice_id, application_id = event.notice_id, state.application_id
    kind = state.deliveries[notice_id].notice.kind
    if isinstance(event, notices.NoticeDelivered):
        return wire.NoticeDelivered(
            application_id=application_id, notice_id=notice_id, kind=kind, delivered_at=event.at
        )
    return wire.NoticeUndeliverable(application_id=application_id, notice_id=notice_id, kind=kind, given_up_at=event.at)


def _routed(state: request.Known, event: Event) -> Event | None:
    application_id, code = state.application_id, state.request.university
    match event:
        case request.RequestRouted():
            return wire.RequestRouted(
                application_id=application_id,
                request=event.request,
                channel=event.channel,
                filed_at=event.filed_at,
                routed_at=event.at,
            )
        case request.RoutingFailed():
            return wire.RoutingFailed(
                application_id=application_id, university=code, code=event.code, failed_at=event.at
            )
        case request.CorrectionRouted():
            return wire.CorrectionRouted(
                application_id=application_id,
                university=code,
                specialty=event.specialty,
                graduation_year=event.graduation_year,
                corrected_at=event.corrected_at,
            )
        case request.WithdrawalRouted():
            return wire.WithdrawalRouted(
                application_id=application_id, university=code, requested_at=event.requested_at
            )
        case _:
            return None


def react_ministry(policy: Ministry | None, state: blanks.State, recorded: Recorded) -> Iterable[Effect]:
    match state, recorded.event:
        case blanks.Asked() as asked, blanks.BlankRequestReceived(at=at):
            received = wire.BlankRequestReceived(
                application_id=asked.application_id, university=asked.university, kinds=asked.kinds, received_at=at
            )
            yield _publish(wire.BLANKS, asked.application_id, received)
            waiting = request.Progress(asked.university, Status.AWAITING_BLANK, at)
            yield Tell(request_stream(asked.application_id), lambda known, _at: REQUEST.decide(waiting, known))
            if policy:
                yield Schedule(SUPPLY, policy.answers_at(asked.application_id, asked.ordinal, at))
        case blanks.Asked() as asked, blanks.SupplyGranted(at=at):
            yield Cancel(SUPPLY)
            block = blanks.Reserve(asked.application_id, asked.granted * len(asked.kinds), at)
            yield Tell(ALL_SERIALS, lambda following, _at: SERIALS.decide(block, following))
        case blanks.Answered() as answered, blanks.BlanksSupplied(at=at):
            supplied = wire.BlanksSupplied(
                application_id=answered.request.application_id,
                university=answered.request.university,
                blanks=answered.blanks,
                supplied_at=at,
            )
            yield _publish(wire.BLANKS, answered.request.application_id, supplied)


def react_serials(_following: int, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case blanks.BlockReserved() as block:
            number = blanks.Number(block.first, block.at)
            yield Tell(ministry_stream(block.application_id), lambda state, _at: BLANK_REQUEST.decide(number, state))


# The tables


def _on_case(
    event: type[university.CaseEvent], status: Status, handle: Callable[..., Sequence[Event]] = progress
) -> Any:  # Any: a Route; the events of a case differ only in the status that they mean to us
    return on(event, stream=_request_of, handle=partial(handle, status))


def _request_of(message: Message[Any]) -> str:  # Any: every event heard here names its application
    return request_stream(message.data.application_id)


def _subscriptions(directory: Directory) -> tuple[Subscription, ...]:
    return (
        Subscription(
            portal.TOPIC,
            portal.CATALOGUE,
            (
                on(portal.ApplicationSubmitted, stream=_request_of, handle=partial(take, directory)),
                on(portal.ApplicationCorrected, stream=_request_of, handle=correct),
                on(portal.WithdrawalRequested, stream=_request_of, handle=withdraw),
                on(portal.ApplicationClosed, stream=_request_of, handle=close),
            ),
        ),
        Subscription(
            university.TOPIC,
            university.CATALOGUE,
            (
                _on_case(university.CaseOpened, Status.OPENED),
                _on_case(university.CaseRegistered, Status.REGISTERED),
                _on_case(university.CaseReturned, Status.RETURNED),
                _on_case(university.CaseVerified, Status.VERIFIED),
                _on_case(university.CaseConsidered, Status.CONSIDERED),
                on(
                    university.BlankFormRequested,
                    stream=lambda message: ministry_stream(message.data.application_id),
                    handle=ask_ministry,
                ),
                _on_case(university.DuplicatePrepared, Status.PREPARED),
                _on_case(university.DuplicateIssued, Status.ISSUED, end),
                on(university.CaseRefused, stream=_request_of, handle=refuse),
                _on_case(university.CaseWithdrawn, Status.WITHDRAWN, end),
                on(university.NoticeSent, stream=_request_of, handle=forward),
            ),
        ),
        Subscription(
            shep.TOPIC,
            shep.CATALOGUE,
            (
                on(shep.DeliveryAccepted, stream=_request_of, handle=accept),
                on(shep.DeliveryConfirmed, stream=_request_of, handle=confirm),
                on(shep.DeliveryAbandoned, stream=_request_of, handle=abandon),
            ),
        ),
    )


def service(policy: Ministry | None, directory: Directory) -> Service:
    """ESUVO with the Ministry's side of it. Without a policy the Ministry's desk is done by people over HTTP."""
    requests = Aggregate[request.State](
        category="request",
        initial=REQUEST.initial,
        evolve=REQUEST.evolve,
        events=REQUEST_EVENTS,
        react=react_request,
        timers={RESEND: resend},
        projection=projections.REQUESTS,
    )
    ministry = Aggregate[blanks.State](
        category="ministry",
        initial=BLANK_REQUEST.initial,
        evolve=BLANK_REQUEST.evolve,
        events=BLANK_EVENTS,
        react=partial(react_ministry, policy),
        timers={SUPPLY: partial(supply, policy)},
    )
    serials = Aggregate[int](
        category="serials",
        initial=SERIALS.initial,
        evolve=SERIALS.evolve,
        events=Catalogue([blanks.BlockReserved]),
        react=react_serials,
    )
    return Service(
        name="esuvo",
        aggregates=(requests, ministry, serials),
        subscriptions=_subscriptions(directory),
        publishes={
            wire.REQUESTS: wire.REQUESTS_CATALOGUE,
            wire.NOTIFICATIONS: wire.NOTIFICATIONS_CATALOGUE,
            wire.BLANKS: wire.BLANKS_CATALOGUE,
        },
    )
