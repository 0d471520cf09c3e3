"""What the university hears of the campaign: electronic applications, and what the competition made of each.

ESUVO says the second only of what the committee forwarded, so the two topics do not race into one application (ADR 0004).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from contracts import esuvo_competition, esuvo_requests
from contracts.common import Channel
from contracts.event import Event
from contracts.grants import AttachmentKind
from law.left_open import Unproven
from law.universities import Universities
from services._chassis.aggregate import Message, Route, Subscription, on
from services._chassis.decider import Refused
from services._eds.signed import SignedForms
from services.university_is import streams
from services.university_is.grants.application import commands as c
from services.university_is.grants.application.decide import GRANT
from services.university_is.grants.application.state import State
from services.university_is.run_here import run_here

OfGrant = TypeVar(
    "OfGrant",
    esuvo_requests.GrantApplicationRouted,
    esuvo_competition.GrantApplicationRejected,
    esuvo_competition.GrantApplicationMerged,
    esuvo_competition.GrantAwarded,
    esuvo_competition.GrantNotAwarded,
    esuvo_competition.CertificateDispatched,
)


def routed(universities: Universities, forms: SignedForms) -> Route:
    """The row for electronic applications in the table of what ESUVO routes."""
    return on(esuvo_requests.GrantApplicationRouted, stream=_grant, handle=_register(universities, forms))


def competition(universities: Universities) -> Subscription:
    """That an application was accepted changes nothing here: what was forwarded waits for the award."""
    return Subscription(
        esuvo_competition.TOPIC,
        esuvo_competition.CATALOGUE,
        (
            on(esuvo_competition.GrantApplicationRejected, stream=_grant, handle=_rejected),
            on(esuvo_competition.GrantApplicationMerged, stream=_grant, handle=_merged),
            on(esuvo_competition.GrantAwarded, stream=_grant, handle=_awarded(universities)),
            on(esuvo_competition.GrantNotAwarded, stream=_grant, handle=_not_awarded),
            on(esuvo_competition.CertificateDispatched, stream=_grant, handle=_dispatched),
        ),
    )


def _grant(message: Message[OfGrant]) -> str:
    return streams.grant(message.data.application_id)


def _register(
    universities: Universities, forms: SignedForms
) -> Callable[[State, Message[esuvo_requests.GrantApplicationRouted]], Sequence[Event]]:
    def handle(state: State, message: Message[esuvo_requests.GrantApplicationRouted]) -> Sequence[Event]:
        data = message.data
        forms.grant(data.signed, data.application_id, data.request, data.attachments, data.filed_at, message.at)
        first = data.request.choices[0].university
        if data.university != first:
            raise Refused(
                "grant.other-committee",
                f"the first choice of the application is at university {first}, not at {data.university}",
                field="/data/university",
                remedy="route an application to the committee of its first choice (GRANT-PORTAL-7)",
            )
        university = run_here(universities, data.university, "/data/university")
        kinds = {each.kind for each in data.attachments}
        command = c.Register(
            application_id=data.application_id,
            university=university.code,
            zone=university.zone,
            week=university.week,
            request=data.request,
            channel=Channel.PORTAL,
            documents=tuple(each for each in AttachmentKind if each in kinds),
            filed_at=data.filed_at,
            unproven=Unproven.DROPPED,  # the secretary looks at it, GRANT-E-2
            at=message.at,
        )
        return GRANT.decide(command, state)

    return handle


def _rejected(state: State, message: Message[esuvo_competition.GrantApplicationRejected]) -> Sequence[Event]:
    return GRANT.decide(c.NoteRejected(message.data.refusal, message.at), state)


def _merged(state: State, message: Message[esuvo_competition.GrantApplicationMerged]) -> Sequence[Event]:
    return GRANT.decide(c.NoteMerged(message.data.into, message.at), state)


def _awarded(universities: Universities) -> Callable[[State, Message[esuvo_competition.GrantAwarded]], Sequence[Event]]:
    def handle(state: State, message: Message[esuvo_competition.GrantAwarded]) -> Sequence[Event]:
        data = message.data
        university = run_here(universities, data.university, "/data/university")
        command = c.NoteAwarded(
            university=university.code,
            zone=university.zone,
            week=university.week,
            specialty=data.specialty,
            language=data.language,
            via=data.via,
            choice=data.choice,
            round=data.round,
            order_number=data.order_number,
            at=message.at,
        )
        return GRANT.decide(command, state)

    return handle


def _not_awarded(state: State, message: Message[esuvo_competition.GrantNotAwarded]) -> Sequence[Event]:
    data = message.data
    return GRANT.decide(c.NoteNotAwarded(data.refusal, data.order_number, message.at), state)


def _dispatched(state: State, message: Message[esuvo_competition.CertificateDispatched]) -> Sequence[Event]:
    data = message.data
    command = c.NoteCertificate(data.university, data.specialty, data.certificate_number, data.replaces, message.at)
    return GRANT.decide(command, state)
