"""A notice on its way to the gateway: one hop of the way, with attempts of its own. Pure: no clock, no ids, no I/O.

Every notice is a stream by itself. What the gateway says of it and what the portal says of the application come over
different topics, in no particular order; in one stream with the request their order would differ from run to run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Notice, NoticeKind, PublicService
from contracts.event import Catalogue, Event
from services._chassis.decider import Decider, Ignored, Refused
from services._chassis.retry import MOST_ATTEMPTS


class NoticeForwarded(Event):
    """`university` is the sender; None where ESUVO itself has something to say."""

    name: ClassVar[str] = "notice-forwarded"

    notice: Notice
    university: str | None
    attempt: int
    at: AwareDatetime


class NoticeRepeated(Event):
    """The sender sent again what we have: our answer did not reach it, so it is given again."""

    name: ClassVar[str] = "notice-repeated"

    at: AwareDatetime


class NoticeAccepted(Event):
    name: ClassVar[str] = "notice-accepted"

    at: AwareDatetime


class NoticeDelivered(Event):
    name: ClassVar[str] = "notice-delivered"

    at: AwareDatetime


class NoticeUndeliverable(Event):
    name: ClassVar[str] = "notice-undeliverable"

    at: AwareDatetime


NoticeEvent: TypeAlias = NoticeForwarded | NoticeRepeated | NoticeAccepted | NoticeDelivered | NoticeUndeliverable

EVENTS: Final = Catalogue(get_args(NoticeEvent))


@dataclass(frozen=True, slots=True)
class Forward:
    """A notice of `university`, or of ESUVO itself where it is None, is to reach the applicant."""

    application_id: UUID
    university: str | None
    notice: Notice
    at: datetime


@dataclass(frozen=True, slots=True)
class Accept:
    """The gateway has the notice of this application in its journal."""

    application_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirm:
    """The notice stands in the applicant's personal account."""

    application_id: UUID
    kind: NoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Abandon:
    """The gateway has given up."""

    application_id: UUID
    kind: NoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Resend:
    """The gateway has not accepted the notice in time."""

    at: datetime


Command: TypeAlias = Forward | Accept | Confirm | Abandon | Resend


class Hop(StrEnum):
    """How far a notice has come. The last two are final: what was reported to the university is not taken back."""

    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Unsent:
    """No notice of this id has been forwarded."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice, its newest attempt and when that was made."""

    notice: Notice
    university: str | None
    attempt: int
    forwarded_at: datetime
    hop: Hop = Hop.FORWARDED

    @property
    def is_settled(self) -> bool:
        return self.hop in {Hop.DELIVERED, Hop.UNDELIVERABLE}


State: TypeAlias = Unsent | Delivery


def evolve(state: State, event: NoticeEvent) -> State:
    match event, state:
        case NoticeForwarded(), _:
            return Delivery(event.notice, event.university, event.attempt, event.at)
        case NoticeRepeated(), _:
            return state
        case NoticeAccepted(), Delivery():
            return replace(state, hop=Hop.ACCEPTED)
        case NoticeDelivered(), Delivery():
            return replace(state, hop=Hop.DELIVERED)
        case NoticeUndeliverable(), Delivery():
            return replace(state, hop=Hop.UNDELIVERABLE)
        case _:
            raise ValueError(f"a stream cannot begin with {event.name}")


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
