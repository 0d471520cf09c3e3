"""What the registry of documents is told: of each paper with the event that made it. Its page needs no list of names."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from contracts.event import Event
from contracts.issued_documents import ESUVO_TOPIC, Codes, DocumentIssued
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded
from services._papers import facts as printed
from services.esuvo.grants.campaign.events import OrderIssued, ProtocolSigned, SheetsPrepared
from services.esuvo.grants.campaign.state import Campaign
from services.esuvo.grants.campaign.state import State as CampaignState
from services.esuvo.grants.contender.events import CertificateIssued
from services.esuvo.grants.contender.register import Register
from services.esuvo.grants.contender.state import Contender
from services.esuvo.grants.contender.state import State as ContenderState
from services.esuvo.papers import facts

S = TypeVar("S")


def of_campaign(campaigns: Aggregate[CampaignState], codes: Codes) -> Aggregate[CampaignState]:
    def issued(state: CampaignState, event: Event) -> DocumentIssued | None:
        return campaign_paper(codes, state, event) if isinstance(state, Campaign) else None

    return _registered(campaigns, issued)


def of_contenders(contenders: Aggregate[ContenderState], codes: Codes, register: Register) -> Aggregate[ContenderState]:
    def issued(state: ContenderState, event: Event) -> DocumentIssued | None:
        if not isinstance(state, Contender) or not isinstance(event, CertificateIssued):
            return None
        return certified(codes, state, event, register)

    return _registered(contenders, issued)


def campaign_paper(codes: Codes, state: Campaign, event: Event) -> DocumentIssued | None:
    match event:
        case SheetsPrepared(at=at):
            paper: printed.Facts | None = facts.sheet(codes, state)
        case ProtocolSigned(at=at, round=number):
            paper = facts.protocol(codes, state, number)
        case OrderIssued(at=at):
            paper = facts.order(codes, state, event)
        case _:
            return None
    return printed.issued(paper, at) if paper else None


def certified(codes: Codes, state: Contender, event: CertificateIssued, register: Register) -> DocumentIssued:
    """A certificate; one instead of a misprinted one takes its place (EDGE-33)."""
    replaces = facts.certificate_code(codes, state, event.replaces) if event.replaces else None
    paper = facts.certificate(codes, state, event, register.specialties, register.universities)
    return printed.issued(paper, event.at, application_id=state.application_id, replaces=replaces)


def _registered(aggregate: Aggregate[S], issued: Callable[[S, Event], DocumentIssued | None]) -> Aggregate[S]:
    """The same aggregate, whose papers are told to the registry after all else."""

    def react(state: S, recorded: Recorded) -> Iterable[Effect]:
        yield from aggregate.react(state, recorded)
        document = issued(state, recorded.event)
        if document:
            yield Publish(ESUVO_TOPIC, document.code, document)

    return replace(aggregate, react=react)
