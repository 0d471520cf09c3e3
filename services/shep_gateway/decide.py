"""The gateway's conversation about one application: notices wait in line, each tried until confirmed. Pure.

One notice of an application never overtakes an earlier one: the next is handed over only when the one before it is
confirmed or abandoned. Notices of different applications know nothing of one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Notice, NoticeKind
from contracts.event import Event
from services._chassis.decider import Decider, Ignored, Refused
from services._chassis.retry import MOST_ATTEMPTS


class NoticeAccepted(Event):
    name: ClassVar[str] = "notice-accepted"

    notice: Notice
    at: AwareDatetime


class NoticeRepeated(Event):
    """The sender sent again what the journal has: our answer did not reach it, so it is given again."""

    name: ClassVar[str] = "notice-repeated"

    notice_id: UUID
    at: AwareDatetime


class NoticeDispatched(Event):
    name: ClassVar[str] = "notice-dispatched"

    notice_id: UUID
    attempt: int
    at: AwareDatetime


class DeliveryConfirmed(Event):
    name: ClassVar[str] = "delivery-confirmed"

    notice_id: UUID
    at: AwareDatetime


class DeliveryAbandoned(Event):
    name: ClassVar[str] = "delivery-abandoned"

    notice_id: UUID
    attempts: int
    at: AwareDatetime


class ReceiptLate(Event):
    """The portal confirmed a notice that had been given up. Only the journal learns of it: the sender went to paper."""

    name: ClassVar[str] = "receipt-late"

    notice_id: UUID
    at: AwareDatetime


ConversationEvent: TypeAlias = (
    NoticeAccepted | NoticeRepeated | NoticeDispatched | DeliveryConfirmed | DeliveryAbandoned | ReceiptLate
)


class Standing(StrEnum):
    WAITING = "waiting"
    DISPATCHED = "dispatched"
    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Entry:
    """A notice in the journal. `confirmed_at` may be set on an abandoned one: the receipt came too late."""

    notice: Notice
    accepted_at: datetime
    standing: Standing = Standing.WAITING
    attempts: int = 0
    confirmed_at: datetime | None = None
    abandoned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Entries by notice id, in the order in which they were accepted."""

    entries: Mapping[UUID, Entry] = field(default_factory=dict)

    @property
    def is_line_free(self) -> bool:
        return all(entry.standing is not Standing.DISPATCHED for entry in self.entries.values())

    def waiting(self) -> UUID | None:
        """The notice whose turn is next."""
        return next((key for key, entry in self.entries.items() if entry.standing is Standing.WAITING), None)


@dataclass(frozen=True, slots=True)
class Accept:
    application_id: UUID
    notice: Notice
    at: datetime


@dataclass(frozen=True, slots=True)
class Confirm:
    notice_id: UUID
    kind: NoticeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Resend:
    """The portal has not confirmed the newest attempt in time."""

    notice_id: UUID
    at: datetime


Command: TypeAlias = Accept | Confirm | Resend


def decide(command: Command, state: Conversation) -> Sequence[ConversationEvent]:
    match command:
        case Accept():
            return _accept(command, state)
        case Confirm():
            return _confirm(command, state)
        case Resend():
            return _resend(command, state)
        case _:
            assert_never(command)


def _accept(command: Accept, state: Conversation) -> Sequence[ConversationEvent]:
    notice = command.notice
    known = state.entries.get(notice.notice_id)
    if notice.application_id != command.application_id:
        detail = f"the notice is of application {notice.application_id}"
        remedy = "send a notice under the id of its own application"
        raise Refused("notice.other-application", detail, field="/data/notice/application_id", remedy=remedy)
    if known is None:
        accepted = NoticeAccepted(notice=notice, at=command.at)
        first = NoticeDispatched(notice_id=notice.notice_id, attempt=1, at=command.at)
        return [accepted, first] if state.is_line_free else [accepted]
    if known.notice != notice:
        detail = f"notice {notice.notice_id} was accepted before with other content"
        remedy = "give a new notice an id of its own; a repeated one keeps its words"
        raise Refused("notice.changed", detail, field="/data/notice", remedy=remedy)
    return [NoticeRepeated(notice_id=notice.notice_id, at=command.at)]


def _confirm(command: Confirm, state: Conversation) -> Sequence[ConversationEvent]:
    entry = state.entries.get(command.notice_id)
    if entry is None or entry.standing is Standing.WAITING:
        detail = f"notice {command.notice_id} has not been handed to the portal"
        remedy = "confirm only notices that shep.deliveries.v1 has dispatched, by their notice_id"
        raise Refused("notice.not-dispatched", detail, field="/data/notice_id", remedy=remedy)
    if entry.notice.kind is not command.kind:
        detail = f"notice {command.notice_id} was handed over as {entry.notice.kind}, not as {command.kind}"
        remedy = "confirm a notice by the kind that shep.deliveries.v1 dispatched it with"
        raise Refused("notice.other-kind", detail, field="/data/kind", remedy=remedy)
    if entry.confirmed_at:
        return Ignored("already-confirmed")
    if entry.standing is Standing.ABANDONED:
        return [ReceiptLate(notice_id=command.notice_id, at=command.at)]
    return [DeliveryConfirmed(notice_id=command.notice_id, at=command.at), *_next(state, command.at)]


def _resend(command: Resend, state: Conversation) -> Sequence[ConversationEvent]:
    entry = state.entries[command.notice_id]
    if entry.standing is not Standing.DISPATCHED:
        return Ignored("already-settled")
    if entry.attempts == MOST_ATTEMPTS:
        abandoned = DeliveryAbandoned(notice_id=command.notice_id, attempts=entry.attempts, at=command.at)
        return [abandoned, *_next(state, command.at)]
    return [NoticeDispatched(notice_id=command.notice_id, attempt=entry.attempts + 1, at=command.at)]


def _next(state: Conversation, at: datetime) -> Sequence[ConversationEvent]:
    waiting = state.waiting()
    return [] if waiting is None else [NoticeDispatched(notice_id=waiting, attempt=1, at=at)]


def evolve(state: Conversation, event: ConversationEvent) -> Conversation:
    if isinstance(event, NoticeAccepted):
        return Conversation({**state.entries, event.notice.notice_id: Entry(event.notice, event.at)})
    entry = _evolve_entry(state.entries[event.notice_id], event)
    return Conversation({**state.entries, event.notice_id: entry})


def _evolve_entry(
    entry: Entry, event: NoticeRepeated | NoticeDispatched | DeliveryConfirmed | DeliveryAbandoned | ReceiptLate
) -> Entry:
    match event:
        case NoticeRepeated():
            return entry
        case NoticeDispatched():
            return replace(entry, standing=Standing.DISPATCHED, attempts=event.attempt)
        case DeliveryConfirmed():
            return replace(entry, standing=Standing.CONFIRMED, confirmed_at=event.at)
        case DeliveryAbandoned():
            return replace(entry, standing=Standing.ABANDONED, abandoned_at=event.at)
        case ReceiptLate():
            return replace(entry, confirmed_at=event.at)
        case _:
            assert_never(event)


CONVERSATION: Final[Decider[Conversation, Command, ConversationEvent]] = Decider(Conversation(), decide, evolve)
