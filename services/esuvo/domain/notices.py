"""Notices on their way to the gateway: one hop of the way, with attempts of its own. Pure: no clock, no ids, no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Notice
from contracts.event import Event
from services._chassis.decider import Refused

MOST_ATTEMPTS: Final = 6
FIRST_WAIT: Final = timedelta(minutes=10)
RETRY_SECOND: Final = 50  # retries have a second of the minute to themselves, so that they meet no other actor


class NoticeForwarded(Event):
    name: ClassVar[str] = "notice-forwarded"

    notice: Notice
    attempt: int
    at: AwareDatetime


class NoticeRepeated(Event):
    """The sender sent again what we have: our answer did not reach it, so it is given again."""

    name: ClassVar[str] = "notice-repeated"

    notice_id: UUID
    at: AwareDatetime


class NoticeAccepted(Event):
    name: ClassVar[str] = "notice-accepted"

    notice_id: UUID
    at: AwareDatetime


class NoticeDelivered(Event):
    name: ClassVar[str] = "notice-delivered"

    notice_id: UUID
    at: AwareDatetime


class NoticeUndeliverable(Event):
    name: ClassVar[str] = "notice-undeliverable"

    notice_id: UUID
    at: AwareDatetime


NoticeEvent: TypeAlias = NoticeForwarded | NoticeRepeated | NoticeAccepted | NoticeDelivered | NoticeUndeliverable


class Hop(StrEnum):
    """How far a notice has come. The last two are final: what was reported to the university is not taken back."""

    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice, its newest attempt and when that was made."""

    notice: Notice
    attempt: int
    forwarded_at: datetime
    hop: Hop

    @property
    def is_settled(self) -> bool:
        return self.hop in {Hop.DELIVERED, Hop.UNDELIVERABLE}


Deliveries: TypeAlias = Mapping[UUID, Delivery]


@dataclass(frozen=True, slots=True)
class Forward:
    """A notice of `university` is to reach the applicant."""

    university: str
    notice: Notice
    at: datetime


@dataclass(frozen=True, slots=True)
class Accept:
    """The gateway has the notice in its journal."""

    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirm:
    """The notice stands in the applicant's personal account."""

    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Abandon:
    """The gateway has given up."""

    notice_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Resend:
    """The gateway has not accepted the notice in time."""

    notice_id: UUID
    at: datetime


NoticeCommand: TypeAlias = Forward | Accept | Confirm | Abandon | Resend


def next_attempt_at(at: datetime, attempt: int) -> datetime:
    """When attempt number `attempt`, made at `at`, counts as lost: ten minutes, doubling."""
    wait = FIRST_WAIT * 2.0 ** (attempt - 1)
    return (at + wait).replace(second=RETRY_SECOND, microsecond=0)


def decide(command: NoticeCommand, deliveries: Deliveries) -> Sequence[NoticeEvent]:
    if isinstance(command, Forward):
        return _forward(command, deliveries)
    delivery = deliveries.get(command.notice_id)
    if delivery is None:
        remedy = "answer only for notices that ESUVO has forwarded, by their notice_id"
        detail = f"notice {command.notice_id} has not been forwarded"
        raise Refused("notice.unknown", detail, field="/data/notice_id", remedy=remedy)
    return _answer(command, delivery)


def _forward(command: Forward, deliveries: Deliveries) -> Sequence[NoticeEvent]:
    notice = command.notice
    known = deliveries.get(notice.notice_id)
    if known is None:
        return [NoticeForwarded(notice=notice, attempt=1, at=command.at)]
    if known.notice != notice:
        detail = f"notice {notice.notice_id} was sent before with other content"
        remedy = "give a new notice an id of its own; a repeated one keeps its words"
        raise Refused("notice.changed", detail, field="/data/notice", remedy=remedy)
    return [NoticeRepeated(notice_id=notice.notice_id, at=command.at)]


def _answer(command: Accept | Confirm | Abandon | Resend, delivery: Delivery) -> Sequence[NoticeEvent]:
    if delivery.is_settled:
        return []
    notice_id, at = command.notice_id, command.at
    match command:
        case Accept():
            return [NoticeAccepted(notice_id=notice_id, at=at)] if delivery.hop is Hop.FORWARDED else []
        case Confirm():
            return [NoticeDelivered(notice_id=notice_id, at=at)]
        case Abandon():
            return [NoticeUndeliverable(notice_id=notice_id, at=at)]
        case Resend():
            return _resend(command, delivery)
        case _:
            assert_never(command)


def _resend(command: Resend, delivery: Delivery) -> Sequence[NoticeEvent]:
    if delivery.hop is not Hop.FORWARDED:
        return []
    if delivery.attempt == MOST_ATTEMPTS:
        return [NoticeUndeliverable(notice_id=command.notice_id, at=command.at)]
    return [NoticeForwarded(notice=delivery.notice, attempt=delivery.attempt + 1, at=command.at)]


def evolve(deliveries: Deliveries, event: NoticeEvent) -> Deliveries:
    match event:
        case NoticeForwarded(notice=notice):
            return {**deliveries, notice.notice_id: Delivery(notice, event.attempt, event.at, Hop.FORWARDED)}
        case NoticeRepeated():
            return deliveries
        case NoticeAccepted():
            return _moved(deliveries, event.notice_id, Hop.ACCEPTED)
        case NoticeDelivered():
            return _moved(deliveries, event.notice_id, Hop.DELIVERED)
        case NoticeUndeliverable():
            return _moved(deliveries, event.notice_id, Hop.UNDELIVERABLE)
        case _:
            assert_never(event)


def _moved(deliveries: Deliveries, notice_id: UUID, hop: Hop) -> Deliveries:
    return {**deliveries, notice_id: replace(deliveries[notice_id], hop=hop)}
