"""The Ministry's answer to a request for blank forms. Pure: no clock, no ids, no I/O.

The Ministry has no duty to answer and no time limit (INC-21); that it answers at all, when and with how many forms is
the policy of `services/esuvo/simulated/ministry.py`. A request is answered even when its case has ended meanwhile: the forms are
for the university's stock.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from contracts.common import Blank, BlankKind
from services._chassis.decider import Decider, Ignored, Refused
from services.esuvo.duplicates.blanks.commands import Ask, Command, Decline, Deliver, Grant, Number
from services.esuvo.duplicates.blanks.events import (
    BlankEvent,
    BlankRequestReceived,
    BlanksDelivered,
    BlanksSupplied,
    SupplyGranted,
    SupplyRefused,
)
from services.esuvo.duplicates.blanks.state import Answered, Asked, NotAsked, State, evolve

# Series of the Ministry's supplies; a stock that a university starts with is numbered in other series.
SERIES: Final = {BlankKind.DIPLOMA: "МД", BlankKind.SUPPLEMENT: "МҚ"}


def decide(command: Command, state: State) -> Sequence[BlankEvent]:
    match command:
        case Ask():
            return _ask(command, state)
        case Grant():
            return _grant(command, state)
        case Decline():
            return _decline(command, state)
        case Number():
            return _number(command, state)
        case Deliver():
            return _deliver(command, state)
        case _:
            assert_never(command)


def _ask(command: Ask, state: State) -> Sequence[BlankEvent]:
    _check_university(command, state)
    match state:
        case NotAsked():
            ordinal = 1
        case Asked() if state.granted or command.requested_at <= state.requested_at:
            return Ignored("already-on-the-desk")
        case Asked():
            ordinal = state.ordinal + 1  # asked again, since no answer came
        case Answered() if state.under_way or command.requested_at <= state.request.requested_at:
            return Ignored("already-answered")
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
            return Ignored("already-answered")
        case _:
            assert_never(state)


def _decline(command: Decline, state: State) -> Sequence[BlankEvent]:
    if not isinstance(state, Asked) or state.granted:
        return Ignored("nothing-to-answer")
    return [SupplyRefused(at=command.at)]


def _number(command: Number, state: State) -> Sequence[BlankEvent]:
    if not isinstance(state, Asked) or not state.granted:
        return Ignored("nothing-to-number")
    return [BlanksSupplied(blanks=_numbered(state, command.first), at=command.at)]


def _numbered(state: Asked, first: int) -> tuple[Blank, ...]:
    kinds = [kind for kind in state.sent for _ in range(state.granted)]
    return tuple(Blank(kind=kind, serial=f"{SERIES[kind]}{first + n:07d}") for n, kind in enumerate(kinds))


def _deliver(command: Deliver, state: State) -> Sequence[BlankEvent]:
    if not isinstance(state, Answered) or not state.under_way:
        return Ignored("nothing-under-way")
    return [BlanksDelivered(at=command.at)]


BLANK_REQUEST: Final[Decider[State, Command, BlankEvent]] = Decider(NotAsked(), decide, evolve)
