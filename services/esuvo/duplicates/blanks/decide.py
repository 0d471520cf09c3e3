"""The Ministry's answer to a request for blank forms. Pure: no clock, no ids, no I/O.

The Ministry has no duty to answer and no time limit (INC-21); that it answers at all, when and with how many forms is
the policy of `services/esuvo/simulated/ministry.py`. A request is answered even when its case has ended meanwhile: the forms are
for the university's stock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Blank, BlankKind
from contracts.event import Event
from services._chassis.decider import Decider, Refused

# Series of the Ministry's supplies; a stock that a university starts with is numbered in other series.
SERIES: Final = {BlankKind.DIPLOMA: "МД", BlankKind.SUPPLEMENT: "МҚ"}


class BlankRequestReceived(Event):
    """`ordinal` counts the requests of one application from 1; `requested_at` is the university's time."""

    name: ClassVar[str] = "blank-request-received"

    application_id: UUID
    university: str
    kinds: tuple[BlankKind, ...]
    ordinal: int
    requested_at: AwareDatetime
    at: AwareDatetime


class SupplyGranted(Event):
    """The Ministry sends so many forms of each requested kind; their serial numbers follow in BlanksSupplied."""

    name: ClassVar[str] = "supply-granted"

    each: int
    kinds: tuple[BlankKind, ...] | None = None  # other than those that were asked for (EDGE-13)
    by_agent: bool = False  # the Almaty branch of the Testing Centre delivers them (INC-02)
    at: AwareDatetime


class SupplyRefused(Event):
    """The Ministry sends no forms (EDGE-13); the university may ask again."""

    name: ClassVar[str] = "supply-refused"

    at: AwareDatetime


class BlanksSupplied(Event):
    name: ClassVar[str] = "blanks-supplied"

    blanks: tuple[Blank, ...]
    at: AwareDatetime


class BlanksDelivered(Event):
    """The Testing Centre's branch brought what the Ministry supplied (INC-02)."""

    name: ClassVar[str] = "blanks-delivered"

    at: AwareDatetime


BlankEvent: TypeAlias = BlankRequestReceived | SupplyGranted | SupplyRefused | BlanksSupplied | BlanksDelivered


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


@dataclass(frozen=True, slots=True)
class Ask:
    application_id: UUID
    university: str
    kinds: tuple[BlankKind, ...]
    requested_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """Send the form that is missing and a `reserve`, of each kind; `kinds` if not those that were asked for."""

    reserve: int
    at: datetime
    kinds: tuple[BlankKind, ...] | None = None
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class Decline:
    at: datetime


@dataclass(frozen=True, slots=True)
class Number:
    """The forms get the serial numbers from `first` on."""

    first: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Deliver:
    """The forms are at the university."""

    at: datetime


Command: TypeAlias = Ask | Grant | Decline | Number | Deliver


def decide(command: Command, state: State) -> Sequence[BlankEvent]:
    match command:
        case Ask():
            return _ask(command, state)
        case Grant():
            return _grant(command, state)
        case Decline():
            return [SupplyRefused(at=command.at)] if isinstance(state, Asked) and not state.granted else []
        case Number():
            if not isinstance(state, Asked) or not state.granted:
                return []
            return [BlanksSupplied(blanks=_numbered(state, command.first), at=command.at)]
        case Deliver():
            return [BlanksDelivered(at=command.at)] if isinstance(state, Answered) and state.under_way else []
        case _:
            assert_never(command)


def _ask(command: Ask, state: State) -> Sequence[BlankEvent]:
    _check_university(command, state)
    match state:
        case NotAsked():
            ordinal = 1
        case Asked() if state.granted or command.requested_at <= state.requested_at:
            return []  # on the desk already
        case Asked():
            ordinal = state.ordinal + 1  # asked again, since no answer came
        case Answered() if state.under_way or command.requested_at <= state.request.requested_at:
            return []  # answered already
        case Answered():
            ordinal = state.request.ordinal + 1
        case _:
            assert_never(state)
    return [
        BlankRequestReceived(
            application_id=command.application_id,
            university=command.university,
            kinds=tuple(dict.fromkeys(command.kinds)),
            ordinal=ordinal,
            requested_at=command.requested_at,
            at=command.at,
        )
    ]


def _check_university(command: Ask, state: State) -> None:
    if isinstance(state, NotAsked):
        return
    asked = state if isinstance(state, Asked) else state.request
    if command.university != asked.university:
        raise Refused(
            "blank-request.other-university",
            f"university {asked.university} asks for blank forms for this application, not {command.university}",
            field="/data/university",
            remedy="only the university that has the case asks for its blank forms",
        )


def _grant(command: Grant, state: State) -> Sequence[BlankEvent]:
    match state:
        case NotAsked():
            detail = "no university has asked for blank forms for this application"
            raise Refused("blank-request.unknown", detail, field="/path/application_id", remedy="see GET /requests")
        case Asked(granted=0):
            return [
                SupplyGranted(each=1 + command.reserve, kinds=command.kinds, by_agent=command.by_agent, at=command.at)
            ]
        case Asked() | Answered():
            return []
        case _:
            assert_never(state)


def _numbered(state: Asked, first: int) -> tuple[Blank, ...]:
    kinds = [kind for kind in state.sent for _ in range(state.granted)]
    return tuple(Blank(kind=kind, serial=f"{SERIES[kind]}{first + n:07d}") for n, kind in enumerate(kinds))


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


BLANK_REQUEST: Final[Decider[State, Command, BlankEvent]] = Decider(NotAsked(), decide, evolve)
