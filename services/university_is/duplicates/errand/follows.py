"""What an errand does when it arrives: at the ledger of blank forms, and in the case that waits for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from contracts.common import Blank
from contracts.event import Event
from services._chassis.aggregate import Aggregate, Effect, Recorded, Schedule, Tell, Timer
from services._chassis.decider import Ignored
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.state import State, Unopened
from services.university_is.duplicates.errand import decide as errand
from services.university_is.duplicates.errand.decide import Errands
from services.university_is.duplicates.ledger import commands as ledgers
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.ledger.state import Ledger

_ARRIVE: Final = "arrive"


def errands(most_requests: int) -> Aggregate[Errands]:
    return Aggregate(
        category=streams.ERRAND,
        initial=Errands(),
        evolve=errand.evolve,
        events=errand.EVENTS,
        react=partial(_carried, most_requests),
        timers={_ARRIVE: _arrive},
    )


def _carried(most: int, state: Errands, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case errand.SetOut(at=at):
            yield Schedule(f"{_ARRIVE}:{len(state.sent)}", at + errand.TAKES, {"number": len(state.sent)})
        case errand.Arrived(university=code, blanks=blanks, refused=refused):
            who = UUID(recorded.stream.partition(":")[2])
            if not refused:
                yield Tell(streams.blanks(code), lambda ledger, at: _handed_in(ledger, who, blanks, at))
            if refused or blanks:
                came = tuple({each.kind for each in blanks})
                yield Tell(streams.case(who), lambda case, at: _supplied(case, c.NoteSupply(came, most, at)))
        case _:
            return


def _supplied(case: State, command: c.NoteSupply) -> Sequence[Event]:
    return Ignored("no-case") if isinstance(case, Unopened) else CASE.decide(command, case)


def _handed_in(state: Ledger, application_id: UUID, blanks: tuple[Blank, ...], at: datetime) -> Sequence[Event]:
    if blanks:
        return LEDGER.decide(ledgers.Receive(blanks, at), state)
    return LEDGER.decide(ledgers.Release(application_id, at), state)


def _arrive(state: Errands, timer: Timer) -> Sequence[Event]:
    return errand.arrive(state, int(str(timer.data["number"])), timer.at)
