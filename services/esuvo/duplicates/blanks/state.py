"""Where a request for blank forms stands. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from contracts.common import Blank, BlankKind
from services.esuvo.duplicates.blanks.events import (
    BlankEvent,
    BlankRequestReceived,
    BlanksDelivered,
    BlanksSupplied,
    SupplyGranted,
    SupplyRefused,
)


@dataclass(frozen=True, slots=True)
class NotAsked:
    pass


@dataclass(frozen=True, slots=True)
class Asked:
    """The newest request; `granted` is how many forms of each kind are being numbered, 0 before the answer."""

    application_id: UUID
    university: str
    kinds: tuple[BlankKind, ...]
    ordinal: int
    requested_at: datetime
    granted: int = 0
    sent: tuple[BlankKind, ...] = ()  # the kinds that are being numbered
    by_agent: bool = False

    @property
    def forms(self) -> int:
        return self.granted * len(self.sent)


@dataclass(frozen=True, slots=True)
class Answered:
    """With no blank forms when it was refused."""

    request: Asked
    blanks: tuple[Blank, ...]
    at: datetime
    delivered: bool = False

    @property
    def under_way(self) -> bool:
        """Whether the forms left the Ministry and have yet to be delivered (INC-02)."""
        return self.request.by_agent and bool(self.blanks) and not self.delivered


State: TypeAlias = NotAsked | Asked | Answered


def evolve(state: State, event: BlankEvent) -> State:
    match event:
        case BlankRequestReceived():
            return Asked(event.application_id, event.university, event.kinds, event.ordinal, event.requested_at)
        case SupplyGranted() if isinstance(state, Asked):
            return replace(state, granted=event.each, sent=event.kinds or state.kinds, by_agent=event.by_agent)
        case SupplyRefused() if isinstance(state, Asked):
            return Answered(state, (), event.at)
        case BlanksSupplied() if isinstance(state, Asked):
            return Answered(state, event.blanks, event.at)
        case BlanksDelivered() if isinstance(state, Answered):
            return replace(state, delivered=True)
        case _:
            raise ValueError(f"{event.name} follows a request for blank forms")
