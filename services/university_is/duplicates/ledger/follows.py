"""What the ledger of blank forms answers to the cases that ask it, and when it serves those that wait."""

from collections.abc import Iterator, Sequence
from typing import Final

from contracts.event import Event
from services._chassis.aggregate import Aggregate, Effect, Recorded, Schedule, Tell, Timer
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.ledger import commands as ledgers
from services.university_is.duplicates.ledger import events as e
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.ledger.state import Ledger
from services.university_is.watch import served_at

_ALLOCATE: Final = "allocate"
_MAY_SERVE_THE_QUEUE: Final = e.BlanksReceived | e.BlanksReleased | e.CaseAsked | e.CaseLeftQueue


def ledger() -> Aggregate[Ledger]:
    return Aggregate(
        category=streams.BLANKS,
        initial=LEDGER.initial,
        evolve=LEDGER.evolve,
        events=e.EVENTS,
        react=_answers,
        timers={_ALLOCATE: _allocate},
    )


def _answers(state: Ledger, recorded: Recorded) -> Iterator[Effect]:
    event = recorded.event
    if isinstance(event, _MAY_SERVE_THE_QUEUE) and state.places and state.has_free:
        yield Schedule(_ALLOCATE, served_at(recorded.at))
    match event:
        case e.BlanksAllotted(application_id=who, blanks=blanks):
            yield Tell(streams.case(who), lambda case, at: CASE.decide(c.TakeBlanks(blanks, at), case))
        case e.CaseQueued(application_id=who, short=kinds):
            yield Tell(streams.case(who), lambda case, at: CASE.decide(c.ReportShort(kinds, at), case))
        case _:
            return


def _allocate(state: Ledger, timer: Timer) -> Sequence[Event]:
    return LEDGER.decide(ledgers.Allocate(timer.at), state)
