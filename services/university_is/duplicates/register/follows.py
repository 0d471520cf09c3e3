"""What the register of graduates answers to the cases that ask it."""

from collections.abc import Iterable

from services._chassis.aggregate import Aggregate, Effect, Recorded, Tell
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.register import decide as registers
from services.university_is.duplicates.register.decide import REGISTER, Graduate


def register() -> Aggregate[Graduate]:
    return Aggregate(
        category=streams.GRADUATE,
        initial=REGISTER.initial,
        evolve=REGISTER.evolve,
        events=registers.EVENTS,
        react=_extract,
    )


def _extract(_state: Graduate, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case registers.ExtractGiven(application_id=who, records=records):
            yield Tell(streams.case(who), lambda case, at: CASE.decide(c.Verify(records, at), case))
        case _:
            return
