"""What follows from what happens to a request for blank forms: contract events, serial numbers, word to the request."""

from collections.abc import Iterable
from typing import Any

from contracts import esuvo_blanks as wire
from contracts.event import Catalogue
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded, Tell
from services.esuvo.duplicates.blanks import serials
from services.esuvo.duplicates.blanks.commands import Number
from services.esuvo.duplicates.blanks.decide import BLANK_REQUEST
from services.esuvo.duplicates.blanks.events import (
    EVENTS,
    BlankRequestReceived,
    SupplyGranted,
)
from services.esuvo.duplicates.blanks.serials import SERIALS
from services.esuvo.duplicates.blanks.state import Asked, NotAsked, State
from services.esuvo.duplicates.blanks.tells import contract_event
from services.esuvo.duplicates.request.commands import Progress
from services.esuvo.duplicates.request.decide import REQUEST
from services.esuvo.duplicates.request.events import Status
from services.esuvo.streams import ALL_SERIALS, ministry_stream, request_stream


def react(state: State, recorded: Recorded) -> Iterable[Effect]:
    if isinstance(state, NotAsked):
        return
    asked = state if isinstance(state, Asked) else state.request
    if told := contract_event(state, recorded.event):
        yield Publish(wire.TOPIC, str(asked.application_id), told)
    match recorded.event:
        case BlankRequestReceived(at=at):
            waiting = Progress(asked.university, Status.AWAITING_BLANK, at)
            yield Tell(request_stream(asked.application_id), lambda known, _at: REQUEST.decide(waiting, known))
        case SupplyGranted(at=at):
            block = serials.Reserve(asked.application_id, asked.forms, at)
            yield Tell(ALL_SERIALS, lambda following, _at: SERIALS.decide(block, following))


def react_serials(_following: int, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case serials.BlockReserved() as block:
            number = Number(block.first, block.at)
            yield Tell(ministry_stream(block.application_id), lambda state, _at: BLANK_REQUEST.decide(number, state))


def aggregates() -> tuple[Aggregate[Any], ...]:  # Any: of different states
    requests: Aggregate[State] = Aggregate(
        category="ministry",
        initial=BLANK_REQUEST.initial,
        evolve=BLANK_REQUEST.evolve,
        events=EVENTS,
        react=react,
    )
    numbers: Aggregate[int] = Aggregate(
        category="serials",
        initial=SERIALS.initial,
        evolve=SERIALS.evolve,
        events=Catalogue([serials.BlockReserved]),
        react=react_serials,
    )
    return requests, numbers
