"""Where a person stands in the National Testing Centre's common database. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias, assert_never
from uuid import UUID

from contracts.common import Channel, RefusalCode
from contracts.grants import Choice, Standing
from services.esuvo.grants.contender.events import (
    CertificateIssued,
    ContenderEntered,
    ContenderEvent,
    ContenderMerged,
    ContenderRejected,
    Counted,
    GrantAwarded,
    GrantNotAwarded,
    GrantReleased,
)


def key_of(year: int, iin: str) -> str:
    """A person in a year's campaign, so that the number itself stands in no stream's name and in no log."""
    return sha256(f"{year}\x1f{iin}".encode()).hexdigest()[:32]


class ContenderStatus(StrEnum):
    """Where a person stands in the campaign of one year."""

    ENTERED = "entered"
    REJECTED = "rejected"
    AWARDED = "awarded"
    NOT_AWARDED = "not-awarded"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Nobody:
    """No application of this person has reached the register."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A person of the campaign, and the one application that counts; `turned_away` are the others."""

    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    status: ContenderStatus
    entered_at: datetime
    updated_at: datetime
    counted: Counted | None = None
    turned_away: frozenset[UUID] = field(default_factory=frozenset)
    refusal_code: RefusalCode | None = None
    award: GrantAwarded | None = None
    certificate_number: str | None = None

    def choice(self, number: int) -> Choice | None:
        """The choice of that number, counted from 1; None when there is none."""
        choices = self.standing.request.choices
        return choices[number - 1] if 1 <= number <= len(choices) else None

    def knows(self, application_id: UUID) -> bool:
        return application_id == self.application_id or application_id in self.turned_away


State: TypeAlias = Nobody | Contender


def evolve(state: State, event: ContenderEvent) -> State:
    match event, state:
        case ContenderEntered() | ContenderRejected(), _:
            return _registered(event, state)
        case _, Contender():
            return replace(_follow(event, state), updated_at=event.at)
        case _:
            raise ValueError(f"a stream cannot begin with {event.name}")


def _registered(event: ContenderEntered | ContenderRejected, state: State) -> Contender:
    turned_away = state.turned_away | {state.application_id} if isinstance(state, Contender) else frozenset[UUID]()
    entered = isinstance(event, ContenderEntered)
    return Contender(
        application_id=event.application_id,
        university=event.university,
        channel=event.channel,
        campaign=event.campaign,
        standing=event.standing,
        status=ContenderStatus.ENTERED if entered else ContenderStatus.REJECTED,
        entered_at=event.at,
        updated_at=event.at,
        counted=event.counted if isinstance(event, ContenderEntered) else None,
        turned_away=turned_away,
        refusal_code=None if isinstance(event, ContenderEntered) else event.refusal.code,
    )


def _follow(
    event: ContenderMerged | GrantAwarded | GrantNotAwarded | CertificateIssued | GrantReleased, state: Contender
) -> Contender:
    match event:
        case ContenderMerged():
            return replace(state, turned_away=state.turned_away | {event.application_id})
        case GrantAwarded():
            return replace(state, status=ContenderStatus.AWARDED, award=event, refusal_code=None)
        case GrantNotAwarded():
            return replace(state, status=ContenderStatus.NOT_AWARDED, award=None, refusal_code=event.code)
        case CertificateIssued():
            return replace(state, certificate_number=event.number)
        case GrantReleased():
            return replace(state, status=ContenderStatus.RELEASED)
        case _:
            assert_never(event)
