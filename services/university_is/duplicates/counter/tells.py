"""What others hear of the chancellery's counter."""

from collections.abc import Iterable

from contracts import university_cases
from law import package
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded
from services.university_is import streams
from services.university_is.duplicates.counter import decide as counters
from services.university_is.duplicates.counter.decide import Counter


def counter() -> Aggregate[Counter]:
    return Aggregate(
        category=streams.COUNTER,
        initial=None,
        evolve=counters.evolve,
        events=counters.EVENTS,
        react=_told,
    )


def _told(state: Counter, _recorded: Recorded) -> Iterable[Effect]:
    if state:
        incomplete = university_cases.PackageIncomplete(
            application_id=state.application_id,
            university=state.university,
            at=state.at,
            presented=state.presented,
            missing=tuple(package.missing(each) for each in state.missing),
        )
        yield Publish(university_cases.TOPIC, str(state.application_id), incomplete)
