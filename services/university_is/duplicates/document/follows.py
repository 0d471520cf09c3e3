"""The documents of education: what they answer to the cases that claim them and that have issued a duplicate."""

from collections.abc import Iterable

from services._chassis.aggregate import Aggregate, Effect, Recorded, Tell
from services.university_is import streams
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case.decide import CASE
from services.university_is.duplicates.document import decide as d
from services.university_is.duplicates.document.decide import DOCUMENT, Document


def documents() -> Aggregate[Document]:
    return Aggregate(
        category=streams.DOCUMENT,
        initial=DOCUMENT.initial,
        evolve=DOCUMENT.evolve,
        events=d.EVENTS,
        react=_answers,
    )


def _answers(_state: Document, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case d.DocumentDenied(application_id=who, first=first):
            yield Tell(streams.case(who), lambda case, at: CASE.decide(c.RefuseSecond(first, at), case))
        case d.DuplicateCounted(application_id=who, number=number):
            yield Tell(streams.case(who), lambda case, at: CASE.decide(c.NumberIssue(number, at), case))
        case _:
            return
