"""What ESUVO makes of what it hears of an application for a grant from the portal and from the committees."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from contracts import portal_applications as portal
from contracts import university_grants as committees
from contracts.common import PublicService
from services._chassis import ids
from services._chassis.aggregate import Message, Route, Subscription, on
from services._eds.signed import SignedForms, require_evidence
from services.esuvo.grants.application.commands import Forward, GiveUp, Refuse, Register, Take, Verify
from services.esuvo.grants.application.decide import GRANT
from services.esuvo.grants.application.events import GrantEvent
from services.esuvo.grants.application.state import State
from services.esuvo.streams import grant_stream
from services.esuvo.universities.directory import Directory


def take(
    directory: Directory,
    forms: SignedForms,
    state: State,
    message: Message[portal.GrantApplicationSubmitted],
) -> Sequence[GrantEvent]:
    data = message.data
    signed = forms.grant(
        data.signed, data.application_id, data.request, data.attachments, data.submitted_at, message.at
    )
    require_evidence(signed, data.signature)
    command = Take(
        application_id=data.application_id,
        request=data.request,
        attachments=data.attachments,
        filed_at=data.submitted_at,
        unroutable=directory.why_unroutable(data.request.choices[0].university, PublicService.GRANT),
        notice_id=ids.derive(message.at, data.application_id, "refused", 1),
        at=message.at,
        signed=data.signed,
        terms=directory.grant_terms(data.request.choices[0].university, data.submitted_at),
    )
    return GRANT.decide(command, state)


def register(state: State, message: Message[committees.GrantApplicationRegistered]) -> Sequence[GrantEvent]:
    data = message.data
    return GRANT.decide(Register(data.university, data.channel, data.registration_number, message.at), state)


def verify(state: State, message: Message[committees.GrantApplicationVerified]) -> Sequence[GrantEvent]:
    return GRANT.decide(Verify(message.data.university, message.data.benefits_proven, message.at), state)


def refuse(state: State, message: Message[committees.GrantIntakeRefused]) -> Sequence[GrantEvent]:
    data = message.data
    notice_id = ids.derive(message.at, data.application_id, "refused", 1)
    return GRANT.decide(Refuse(data.university, data.channel, data.refusal, notice_id, message.at), state)


def forward(state: State, message: Message[committees.ForwardedToTestingCentre]) -> Sequence[GrantEvent]:
    data = message.data
    command = Forward(data.application_id, data.university, data.channel, data.campaign, data.standing, message.at)
    return GRANT.decide(command, state)


def give_up(state: State, message: Message[committees.GrantDeclined]) -> Sequence[GrantEvent]:
    return GRANT.decide(GiveUp(message.data.university, message.at), state)


# The tables


def _grant_of(message: Message[Any]) -> str:  # Any: every event heard here names its application
    return grant_stream(message.data.application_id)


def from_portal(directory: Directory, forms: SignedForms) -> tuple[Route, ...]:
    return (on(portal.GrantApplicationSubmitted, stream=_grant_of, handle=partial(take, directory, forms)),)


FROM_COMMITTEES: Final = Subscription(
    committees.TOPIC,
    committees.CATALOGUE,
    (
        on(committees.GrantApplicationRegistered, stream=_grant_of, handle=register),
        on(committees.GrantApplicationVerified, stream=_grant_of, handle=verify),
        on(committees.GrantIntakeRefused, stream=_grant_of, handle=refuse),
        on(committees.ForwardedToTestingCentre, stream=_grant_of, handle=forward),
        on(committees.GrantDeclined, stream=_grant_of, handle=give_up),
    ),
)
