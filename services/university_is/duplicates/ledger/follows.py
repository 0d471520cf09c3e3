"""The ledger of blank forms and the register of graduates: what they answer to the cases that ask them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from contracts.common import Blank
from contracts.event import Event
from law.universities import Universities
from services._chassis.aggregate import Aggregate, Effect, Recorded, Schedule, Tell, Timer
from services.university_is import streams
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.case.state import State, Unopened
from services.university_is.duplicates.errand import decide as errand
from services.university_is.duplicates.errand.decide import Errands
from services.university_is.duplicates.ledger import decide as ledgers
from services.university_is.duplicates.ledger import state as blank_forms
from services.university_is.duplicates.ledger.decide import LEDGER
from services.university_is.duplicates.ledger.state import Ledger
from services.university_is.duplicates.register import decide as registers
from services.university_is.duplicates.register.decide import REGISTER, Graduate
from services.university_is.simulated.staff import next_round

_ALLOCATE: Final = "allocate"
_ARRIVE: Final = "arrive"
_MAY_SERVE_THE_QUEUE: Final = (
    blank_forms.BlanksReceived | blank_forms.BlanksReleased | blank_forms.CaseAsked | blank_forms.CaseLeftQueue
)


def ledger(universities: Universities) -> Aggregate[Ledger]:
    return Aggregate(
        category=streams.BLANKS,
        initial=LEDGER.initial,
        evolve=LEDGER.evolve,
        events=blank_forms.EVENTS,
        react=_answers(universities),
        timers={_ALLOCATE: _allocate},
    )


def register() -> Aggregate[Graduate]:
    return Aggregate(
        category=streams.GRADUATE,
        initial=REGISTER.initial,
        evolve=REGISTER.evolve,
        events=registers.EVENTS,
        react=_extract,
    )


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
    return [] if isinstance(case, Unopened) else CASE.decide(command, case)


def _handed_in(state: Ledger, application_id: UUID, blanks: tuple[Blank, ...], at: datetime) -> Sequence[Event]:
    if blanks:
        return LEDGER.decide(ledgers.Receive(blanks, at), state)
    return LEDGER.decide(ledgers.Release(application_id, at), state)


def _arrive(state: Errands, timer: Timer) -> Sequence[Event]:
    return errand.arrive(state, int(str(timer.data["number"])), timer.at)


def _answers(universities: Universities) -> Callable[[Ledger, Recorded], Iterable[Effect]]:
    def react(state: Ledger, recorded: Recorded) -> Iterator[Effect]:
        event = recorded.event
        if isinstance(event, _MAY_SERVE_THE_QUEUE) and state.places and state.has_free:
            university = universities[recorded.stream.partition(":")[2]]
            yield Schedule(_ALLOCATE, next_round(recorded.at, terms.calendar(university.zone, university.week)))
        match event:
            case blank_forms.BlanksAllotted(application_id=who, blanks=blanks):
                yield Tell(streams.case(who), lambda case, at: CASE.decide(c.TakeBlanks(blanks, at), case))
            case blank_forms.CaseQueued(application_id=who, short=kinds):
                yield Tell(streams.case(who), lambda case, at: CASE.decide(c.ReportShort(kinds, at), case))
            case _:
                return

    return react


def _allocate(state: Ledger, timer: Timer) -> Sequence[Event]:
    return LEDGER.decide(ledgers.Allocate(timer.at), state)


def _extract(_state: Graduate, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case registers.ExtractGiven(application_id=who, records=records):
            yield Tell(streams.case(who), lambda case, at: CASE.decide(c.Verify(records, at), case))
        case _:
            return
