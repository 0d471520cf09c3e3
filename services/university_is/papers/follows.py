"""Documents that the university gives out: told to the registry as they are given, an order once for all whom it names."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from contracts import issued_documents
from contracts.event import Event
from law.universities import Universities
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded, Tell
from services._papers import facts as f
from services.university_is import streams
from services.university_is.grants.application import events as e
from services.university_is.grants.application.intake import specialties
from services.university_is.grants.application.state import Grant
from services.university_is.papers import decide as paper
from services.university_is.papers import facts as documents
from services.university_is.papers.decide import Paper


def papers() -> Aggregate[Paper]:
    return Aggregate(category=streams.PAPER, initial=None, evolve=paper.evolve, events=paper.EVENTS, react=_registered)


def _registered(_paper: Paper, recorded: Recorded) -> Iterable[Effect]:
    match recorded.event:
        case paper.PaperIssued(document=document):
            yield Publish(issued_documents.UNIVERSITY_TOPIC, document.code, document)


def given(grant: Grant, event: Event, universities: Universities, codes: issued_documents.Codes) -> Iterator[Effect]:
    """Receipt and certificate belong to one application, and are told at once; an order is a stream of its own."""
    match event:
        case e.Registered(receipt=receipt) if receipt is not None:
            yield from _told(documents.receipt(grant, universities, codes), grant, event)
        case e.ParticipationCertified():
            yield from _told(documents.certificate(grant, universities, specialties(), codes), grant, event)
        case e.ScholarshipAssigned(at=at):
            order = documents.scholarship_order(universities[grant.university], event, (), specialties(), codes)
            yield Tell(streams.paper(order.kind, order.number, grant.university), _issue(f.issued(order, at)))
        case _:
            return


def _told(facts: f.Facts | None, grant: Grant, event: e.GrantFact) -> Iterator[Effect]:
    if facts:
        document = f.issued(facts, event.at, application_id=grant.application_id)
        yield Publish(issued_documents.UNIVERSITY_TOPIC, document.code, document)


def _issue(document: issued_documents.DocumentIssued) -> Any:  # Any: a Decide, whose state type is the stream's
    return partial(_once, document)


def _once(document: issued_documents.DocumentIssued, state: Paper, _at: object) -> Any:  # Any: as above
    return paper.issue(document, state)
