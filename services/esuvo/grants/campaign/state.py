"""Where a year's campaign stands, and what each of its events makes of that. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from services.esuvo.grants.campaign.events import (
    CampaignClosed,
    CampaignEvent,
    CampaignOpened,
    CertificatesPrepared,
    DeadlineBreached,
    ListPublished,
    MeetingHeld,
    MeetingInvalid,
    OrderIssued,
    ProtocolSigned,
    ScheduleInfeasible,
    SheetsPrepared,
    TieUnresolved,
)


class Phase(StrEnum):
    """How far a campaign is."""

    REGISTERING = "registering"
    SHEETS_PREPARED = "sheets-prepared"
    DECIDED = "decided"
    ORDERED = "ordered"
    AWARDED = "awarded"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Unopened:
    """No application of that year has entered the register."""


@dataclass(frozen=True, slots=True)
class Round:
    """The competition (1), or the award of seats that came free (2)."""

    number: int
    invalid_meetings: int = 0
    held: MeetingHeld | None = None
    protocol: ProtocolSigned | None = None
    ties: tuple[TieUnresolved, ...] = ()
    order: OrderIssued | None = None
    published: ListPublished | None = None
    certificates: CertificatesPrepared | None = None
    correction: OrderIssued | None = None
    republished: ListPublished | None = None

    @property
    def is_complete(self) -> bool:
        """The list is out and the certificates are ready; one with an error, or corrected, is published once more."""
        if self.published is None or self.certificates is None:
            return False
        return self.republished is not None or not (self.published.flawed or self.correction)


@dataclass(frozen=True, slots=True)
class Campaign:
    year: int
    regulation: str
    rules: str
    seats: int
    opened_at: datetime
    updated_at: datetime
    sheets: SheetsPrepared | None = None
    rounds: Mapping[int, Round] = field(default_factory=lambda: {1: Round(1)})
    breached: frozenset[str] = frozenset()
    infeasible: ScheduleInfeasible | None = None
    closed_at: datetime | None = None

    @property
    def current(self) -> Round:
        """The latest round that has begun."""
        return self.rounds[max(self.rounds)]

    @property
    def phase(self) -> Phase:
        now = self.current
        if self.closed_at:
            return Phase.CLOSED
        if now.is_complete or (now.number > 1 and now.protocol is None):
            return Phase.AWARDED
        if now.order:
            return Phase.ORDERED
        if now.protocol:
            return Phase.DECIDED
        return Phase.SHEETS_PREPARED if self.sheets else Phase.REGISTERING

    def round(self, number: int) -> Round:
        return self.rounds.get(number, Round(number))


State: TypeAlias = Unopened | Campaign


def evolve(state: State, event: CampaignEvent) -> State:
    match event, state:
        case CampaignOpened(), Unopened():
            return Campaign(event.campaign, event.regulation, event.rules, event.seats, event.at, event.at)
        case _, Campaign():
            return replace(_follow(event, state), updated_at=event.at)
        case _:
            raise ValueError(f"a campaign cannot begin with {event.name}")


def _follow(event: CampaignEvent, state: Campaign) -> Campaign:
    match event:
        case CampaignOpened():
            raise ValueError("a campaign opens once")
        case ScheduleInfeasible():
            return replace(state, infeasible=event)
        case SheetsPrepared():
            return replace(state, sheets=event)
        case DeadlineBreached():
            return replace(state, breached=state.breached | {f"{event.step}:{event.round}"})
        case TieUnresolved():
            return _with(state, replace(state.current, ties=(*state.current.ties, event)))
        case CampaignClosed():
            return replace(state, closed_at=event.at)
        case _:
            return _with(state, _round(event, state.round(event.round)))


def _with(state: Campaign, changed: Round) -> Campaign:
    return replace(state, rounds={**state.rounds, changed.number: changed})


def _round(  # noqa: PLR0911 - a line for each event
    event: MeetingInvalid | MeetingHeld | ProtocolSigned | OrderIssued | ListPublished | CertificatesPrepared,
    state: Round,
) -> Round:
    match event:
        case MeetingInvalid():
            return replace(state, invalid_meetings=state.invalid_meetings + 1)
        case MeetingHeld():
            return replace(state, held=event)
        case ProtocolSigned():
            return replace(state, protocol=event.model_copy(update={"drawn": ()}))
        case OrderIssued(corrects=None):
            return replace(state, order=event)
        case OrderIssued():
            return replace(state, correction=event)
        case ListPublished() if state.published is None:
            return replace(state, published=event)
        case ListPublished():
            return replace(state, republished=event)
        case CertificatesPrepared():
            return replace(state, certificates=event)
        case _:
            assert_never(event)
