"""How far a notice has come. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from contracts.common import Notice
from services.esuvo.notices.events import (
    NoticeAccepted,
    NoticeDelivered,
    NoticeEvent,
    NoticeForwarded,
    NoticeRepeated,
    NoticeUndeliverable,
)


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
