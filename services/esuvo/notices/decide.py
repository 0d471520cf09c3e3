"""A notice on its way to the gateway: one hop of the way, with attempts of its own. Pure: no clock, no ids, no I/O.

Every notice is a stream by itself. What the gateway says of it and what the portal says of the application come over
different topics, in no particular order; in one stream with the request their order would differ from run to run.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from contracts.common import Notice, PublicService
from services._chassis.decider import Decider, Ignored, Refused
from services._chassis.retry import MOST_ATTEMPTS
from services.esuvo.notices.commands import Abandon, Accept, Command, Confirm, Forward, Resend
from services.esuvo.notices.events import (
    NoticeAccepted,
    NoticeDelivered,
    NoticeEvent,
    NoticeForwarded,
    NoticeRepeated,
    NoticeUndeliverable,
)
from services.esuvo.notices.state import Delivery, Hop, State, Unsent, evolve


def decide(command: Command, state: State) -> Sequence[NoticeEvent]:
    match command, state:
        case Forward(), _:
            return _forward(command, state)
        case _, Unsent():
            remedy = "answer only for notices that ESUVO has forwarded, by their notice_id"
            detail = "no notice of this id has been forwarded"
            raise Refused("notice.unknown", detail, field="/data/notice_id", remedy=remedy)
        case _, Delivery():
            return _answer(command, state)
        case _:
            assert_never(state)


def _forward(command: Forward, state: State) -> Sequence[NoticeEvent]:
    if command.notice.application_id != command.application_id:
        detail = f"the notice is of application {command.notice.application_id}"
        remedy = "send a notice under the id of its own application"
        raise Refused("notice.other-application", detail, field="/data/notice/application_id", remedy=remedy)
    if command.university and command.notice.service is not PublicService.DUPLICATE:
        detail = f"the notice is of the public service {command.notice.service}, whose results ESUVO tells itself"
        remedy = "send notices of duplicates; a committee's decision goes over university.grants.v1"
        raise Refused("notice.other-service", detail, field="/data/notice/service", remedy=remedy)
    if isinstance(state, Unsent):
        return [NoticeForwarded(notice=command.notice, university=command.university, attempt=1, at=command.at)]
    if state.notice != command.notice:
        detail = f"notice {command.notice.notice_id} was sent before with other content"
        remedy = "give a new notice an id of its own; a repeated one keeps its words"
        raise Refused("notice.changed", detail, field="/data/notice", remedy=remedy)
    if state.university != command.university:
        detail = f"notice {command.notice.notice_id} is of {state.university or 'ESUVO itself'}"
        remedy = "a notice is repeated by whoever sent it"
        raise Refused("notice.other-university", detail, field="/data/university", remedy=remedy)
    return [NoticeRepeated(at=command.at)]


def _answer(command: Accept | Confirm | Abandon | Resend, state: Delivery) -> Sequence[NoticeEvent]:
    if not isinstance(command, Resend):
        _check_about(command, state.notice)
    if state.is_settled:
        return Ignored("already-settled")
    match command:
        case Accept():
            if state.hop is not Hop.FORWARDED:
                return Ignored("already-accepted")
            return [NoticeAccepted(at=command.at)]
        case Confirm():
            return [NoticeDelivered(at=command.at)]
        case Abandon():
            return [NoticeUndeliverable(at=command.at)]
        case Resend():
            return _resend(command, state)
        case _:
            assert_never(command)


def _check_about(command: Accept | Confirm | Abandon, notice: Notice) -> None:
    """What is answered is the notice as it was forwarded, of that application and kind."""
    detail = f"notice {notice.notice_id} was forwarded as {notice.kind} of application {notice.application_id}"
    remedy = "repeat the application and the kind that esuvo.notifications.v1 named with this notice_id"
    if command.application_id != notice.application_id:
        raise Refused("notice.other-application", detail, field="/data/application_id", remedy=remedy)
    if not isinstance(command, Accept) and command.kind is not notice.kind:
        raise Refused("notice.other-kind", detail, field="/data/kind", remedy=remedy)


def _resend(command: Resend, state: Delivery) -> Sequence[NoticeEvent]:
    if state.hop is not Hop.FORWARDED:
        return Ignored("already-accepted")
    if state.attempt == MOST_ATTEMPTS:
        return [NoticeUndeliverable(at=command.at)]
    attempt = state.attempt + 1
    return [NoticeForwarded(notice=state.notice, university=state.university, attempt=attempt, at=command.at)]


NOTICE: Final[Decider[State, Command, NoticeEvent]] = Decider(Unsent(), decide, evolve)
