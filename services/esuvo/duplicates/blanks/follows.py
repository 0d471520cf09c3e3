"""What follows from what happens to a request for blank forms: contract events, serial numbers, word to the request."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from contracts import esuvo_blanks as wire
from contracts.event import Catalogue
from services._chassis.aggregate import Aggregate, Cancel, Effect, Publish, Recorded, Schedule, Tell, Timer
from services.esuvo.duplicates.blanks import serials
from services.esuvo.duplicates.blanks.commands import Deliver, Number
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.events import (
    EVENTS,
    BlankEvent,
    BlankRequestReceived,
    BlanksSupplied,
    SupplyGranted,
)
from services.esuvo.duplicates.blanks.serials import SERIALS
from services.esuvo.duplicates.blanks.state import Answered, Asked, NotAsked, State
from services.esuvo.duplicates.blanks.tells import contract_event
from services.esuvo.duplicates.request.commands import Progress
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.events import Status
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.streams import ALL_SERIALS, ministry_stream, request_stream

SUPPLY: Final = "supply"
DELIVER: Final = "deliver"


def react(policy: Ministry | None, state: State, recorded: Recorded) -> Iterable[Effect]:
    if isinstance(state, NotAsked):
        return
    asked = state if isinstance(state, Asked) else state.request
    if told := contract_event(state, recorded.event):
        yield Publish(wire.TOPIC, str(asked.application_id), told)
    match recorded.event:
        case BlankRequestReceived(at=at):
            waiting = Progress(asked.university, Status.AWAITING_BLANK, at)
            yield Tell(request_stream(asked.application_id), lambda known, _at: REQUEST.decide(waiting, known))
            answers_at = policy.answers_at(asked.application_id, asked.ordinal, at) if policy else None
            if answers_at:
                yield Schedule(SUPPLY, answers_at)
        case SupplyGranted(at=at):
            yield Cancel(SUPPLY)
            block = serials.Reserve(asked.application_id, asked.forms, at)
            yield Tell(ALL_SERIALS, lambda following, _at: SERIALS.decide(block, following))
        case BlanksSupplied(at=at) if isinstance(state, Answered) and asked.by_agent and policy:
            yield Schedule(DELIVER, policy.delivers_at(at))


def react_serials(_following: int, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case serials.BlockReserved() as block:
            number = Number(block.first, block.at)
            yield Tell(ministry_stream(block.application_id), lambda state, _at: BLANK_REQUEST.decide(number, state))


def supply(policy: Ministry | None, state: State, timer: Timer) -> Sequence[BlankEvent]:
    if policy is None:
        return []  # set by an earlier run; since then people have taken the desk over
    if not isinstance(state, Asked):
        return []
    answer = policy.answer(state.application_id, state.ordinal, state.kinds, timer.at)
    return BLANK_REQUEST.decide(answer, state)


def deliver(state: State, timer: Timer) -> Sequence[BlankEvent]:
    return BLANK_REQUEST.decide(Deliver(timer.at), state)


def aggregates(policy: Ministry | None) -> tuple[Aggregate[Any], ...]:  # Any: of different states
    requests: Aggregate[State] = Aggregate(
        category="ministry",
        initial=BLANK_REQUEST.initial,
        evolve=BLANK_REQUEST.evolve,
        events=EVENTS,
        react=partial(react, policy),
        timers={SUPPLY: partial(supply, policy), DELIVER: deliver},
    )
    numbers: Aggregate[int] = Aggregate(
        category="serials",
        initial=SERIALS.initial,
        evolve=SERIALS.evolve,
        events=Catalogue([serials.BlockReserved]),
        react=react_serials,
    )
    return requests, numbers
