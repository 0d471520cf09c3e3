"""What follows from ESUVO's own events: contract events, timers and words to its other streams."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from contracts import esuvo_blanks, esuvo_notifications, esuvo_requests
from contracts.common import Notice
from contracts.event import Event
from services._chassis import ids
from services._chassis.aggregate import Cancel, Effect, Publish, Recorded, Schedule, Tell
from services._chassis.retry import next_attempt_at
from services.esuvo.duplicates.blanks import decide as blanks
from services.esuvo.duplicates.blanks import serials
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.serials import SERIALS
from services.esuvo.duplicates.request import decide as request
from services.esuvo.duplicates.request import events, watch
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.state import Known, State
from services.esuvo.notices import decide as notices
from services.esuvo.notices.decide import NOTICE, correction_notice
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.streams import (
    ALL_SERIALS,
    DELIVER,
    RESEND,
    SUPPLY,
    WATCH,
    ministry_stream,
    notice_stream,
    request_stream,
)

AFTER_DUE: Final = timedelta(seconds=1)  # what is said at the due moment itself is in time


def react_request(state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Known):
        return
    event = recorded.event
    if told := _said(state, event):
        yield _publish(esuvo_requests.TOPIC, state.application_id, told)
    match event:
        case events.RoutingFailed(notice=notice):
            yield forward_own(notice)
        case events.ContradictionFound():
            notice_id = ids.derive(event.at, state.application_id, "corrects", event.notice_id)
            yield forward_own(correction_notice(notice_id, state, event))
        case _:
            yield from _watched(state, event)


def _watched(state: Known, event: Event) -> Iterable[Effect]:
    """One timer for all terms of a request: it stands where the next of them ends, and a step that comes moves it."""
    match event:
        case events.CaseProgressed(status=events.Status.OPENED):
            return  # it ends no term and begins none
        case events.RequestEnded(status=status) if state.answered or (
            status is events.Status.ISSUED and state.ready_told
        ):
            return  # nothing ran any more
        case events.WithdrawalRouted() | events.WithdrawalDeclined() | events.RequestClosed():
            return
        case _:
            ends_at = watch.ends_at(state)
            yield Schedule(WATCH, ends_at + AFTER_DUE) if ends_at else Cancel(WATCH)


def forward_own(notice: Notice) -> Tell:
    """A notice of ESUVO's own sets out to the gateway."""
    command = notices.Forward(notice.application_id, None, notice, notice.at)
    return Tell(notice_stream(notice.notice_id), lambda unsent, _at: NOTICE.decide(command, unsent))


def react_notice(state: notices.State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, notices.Delivery):
        return
    event, notice = recorded.event, state.notice
    match event:
        case notices.NoticeForwarded():
            if event.attempt == 1 and event.university:
                said = request.Hear(event.university, notice.kind, notice.notice_id, notice.corrects, event.at)
                yield Tell(request_stream(notice.application_id), lambda known, _at: REQUEST.decide(said, known))
            yield _publish(esuvo_notifications.TOPIC, notice.application_id, _forwarded(state))
            yield Schedule(RESEND, next_attempt_at(event.at, event.attempt))
        case notices.NoticeRepeated():
            yield _publish(esuvo_notifications.TOPIC, notice.application_id, _forwarded(state))
        case notices.NoticeAccepted():
            yield Cancel(RESEND)
        case notices.NoticeDelivered() | notices.NoticeUndeliverable():
            yield Cancel(RESEND)
            yield _publish(esuvo_notifications.TOPIC, notice.application_id, _settled(notice, event))


def _publish(topic: str, application_id: UUID, event: Event) -> Publish:
    return Publish(topic, str(application_id), event)


def _forwarded(state: notices.Delivery) -> esuvo_notifications.NoticeForwarded:
    return esuvo_notifications.NoticeForwarded(
        application_id=state.notice.application_id,
        notice=state.notice,
        attempt=state.attempt,
        forwarded_at=state.forwarded_at,
    )


def _settled(notice: Notice, event: notices.NoticeDelivered | notices.NoticeUndeliverable) -> Event:
    if isinstance(event, notices.NoticeDelivered):
        return esuvo_notifications.NoticeDelivered(
            application_id=notice.application_id,
            notice_id=notice.notice_id,
            kind=notice.kind,
            delivered_at=event.at,
        )
    return esuvo_notifications.NoticeUndeliverable(
        application_id=notice.application_id,
        notice_id=notice.notice_id,
        kind=notice.kind,
        given_up_at=event.at,
    )


def _said(state: Known, event: Event) -> Event | None:  # noqa: PLR0911 - one arm per contract event
    application_id, code = state.application_id, state.request.university
    match event:
        case events.RequestRouted():
            return esuvo_requests.RequestRouted(
                application_id=application_id,
                request=event.request,
                channel=event.channel,
                filed_at=event.filed_at,
                routed_at=event.at,
                signed=event.signed,
            )
        case events.RoutingFailed():
            return esuvo_requests.RoutingFailed(
                application_id=application_id, university=code, code=event.code, failed_at=event.at
            )
        case events.CorrectionRouted():
            return esuvo_requests.CorrectionRouted(
                application_id=application_id,
                university=code,
                specialty=event.specialty,
                graduation_year=event.graduation_year,
                corrected_at=event.corrected_at,
                signed=event.signed,
            )
        case events.WithdrawalRouted():
            return esuvo_requests.WithdrawalRouted(
                application_id=application_id, university=code, requested_at=event.requested_at, signed=event.signed
            )
        case events.OverdueFound():
            return esuvo_requests.RequestOverdue(
                application_id=application_id,
                university=code,
                step=event.step,
                limit=event.limit,
                began_at=event.began_at,
                due_at=event.due_at,
                overdue_at=event.at,
            )
        case events.ContradictionFound():
            return esuvo_requests.ContradictionFound(
                application_id=application_id,
                university=code,
                told=esuvo_requests.Told(kind=event.kind, notice_id=event.notice_id, at=event.told_at),
                came_to=esuvo_requests.CameTo(outcome=event.outcome, event_id=event.event_id, at=event.ended_at),
                found_at=event.at,
            )
        case _:
            return None


def react_ministry(policy: Ministry | None, state: blanks.State, recorded: Recorded) -> Iterable[Effect]:
    match state, recorded.event:
        case blanks.Asked() as asked, blanks.BlankRequestReceived(at=at):
            received = esuvo_blanks.BlankRequestReceived(
                application_id=asked.application_id, university=asked.university, kinds=asked.kinds, received_at=at
            )
            yield _publish(esuvo_blanks.TOPIC, asked.application_id, received)
            waiting = request.Progress(asked.university, events.Status.AWAITING_BLANK, at)
            yield Tell(request_stream(asked.application_id), lambda known, _at: REQUEST.decide(waiting, known))
            answers_at = policy.answers_at(asked.application_id, asked.ordinal, at) if policy else None
            if answers_at:
                yield Schedule(SUPPLY, answers_at)
        case blanks.Asked() as asked, blanks.SupplyGranted(at=at):
            yield Cancel(SUPPLY)
            block = serials.Reserve(asked.application_id, asked.forms, at)
            yield Tell(ALL_SERIALS, lambda following, _at: SERIALS.decide(block, following))
        case blanks.Answered() as answered, blanks.SupplyRefused(at=at):
            asked = answered.request
            refused = esuvo_blanks.BlanksRefused(
                application_id=asked.application_id, university=asked.university, kinds=asked.kinds, refused_at=at
            )
            yield _publish(esuvo_blanks.TOPIC, asked.application_id, refused)
        case blanks.Answered() as answered, blanks.BlanksSupplied(at=at) if answered.request.by_agent:
            if policy:
                yield Schedule(DELIVER, policy.delivers_at(at))
        case blanks.Answered() as answered, blanks.BlanksSupplied(at=at) | blanks.BlanksDelivered(at=at):
            supplied = esuvo_blanks.BlanksSupplied(
                application_id=answered.request.application_id,
                university=answered.request.university,
                blanks=answered.blanks,
                supplied_at=at,
            )
            yield _publish(esuvo_blanks.TOPIC, answered.request.application_id, supplied)


def react_serials(_following: int, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case serials.BlockReserved() as block:
            number = blanks.Number(block.first, block.at)
            yield Tell(ministry_stream(block.application_id), lambda state, _at: BLANK_REQUEST.decide(number, state))
