"""Applications for grants: what ESUVO hears of them from the portal and the committees, and what follows."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from contracts import esuvo_requests, portal_applications, university_grants
from contracts.common import PublicService
from services._chassis import ids
from services._chassis.aggregate import (
    Aggregate,
    Cancel,
    Effect,
    Message,
    Publish,
    Recorded,
    Route,
    Schedule,
    Subscription,
    Tell,
    Timer,
    on,
)
from services._eds.signed import SignedForms, require_evidence
from services.esuvo.duplicates.request.follows import AFTER_DUE, forward_own
from services.esuvo.grants.application import decide as grant
from services.esuvo.grants.application import rows as projections
from services.esuvo.grants.application import state as grant_state
from services.esuvo.grants.application.decide import GRANT, TAKES
from services.esuvo.grants.application.state import Entry, GrantEvent, Sent, State
from services.esuvo.grants.contender import decide as to_contender
from services.esuvo.grants.contender import state as contender_state
from services.esuvo.grants.contender.decide import CONTENDER
from services.esuvo.grants.contender.follows import Opening, react_contender
from services.esuvo.grants.register import Register
from services.esuvo.streams import REACH, WATCH, contender_stream, grant_stream
from services.esuvo.universities.directory import Directory


def _grant_of(message: Message[Any]) -> str:  # Any: every event heard here names its application
    return grant_stream(message.data.application_id)


# Heard


def take(
    directory: Directory,
    forms: SignedForms,
    state: State,
    message: Message[portal_applications.GrantApplicationSubmitted],
) -> Sequence[GrantEvent]:
    data = message.data
    signed = forms.grant(
        data.signed, data.application_id, data.request, data.attachments, data.submitted_at, message.at
    )
    require_evidence(signed, data.signature)
    command = grant.Take(
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


def register(state: State, message: Message[university_grants.GrantApplicationRegistered]) -> Sequence[GrantEvent]:
    data = message.data
    command = grant.Register(data.university, data.channel, data.registration_number, message.at)
    return GRANT.decide(command, state)


def verify(state: State, message: Message[university_grants.GrantApplicationVerified]) -> Sequence[GrantEvent]:
    return GRANT.decide(grant.Verify(message.data.university, message.data.benefits_proven, message.at), state)


def watch(state: State, timer: Timer) -> Sequence[GrantEvent]:
    return GRANT.decide(grant.Watch(timer.at), state)


def refuse(state: State, message: Message[university_grants.GrantIntakeRefused]) -> Sequence[GrantEvent]:
    data = message.data
    notice_id = ids.derive(message.at, data.application_id, "refused", 1)
    return GRANT.decide(grant.Refuse(data.university, data.channel, data.refusal, notice_id, message.at), state)


def forward(state: State, message: Message[university_grants.ForwardedToTestingCentre]) -> Sequence[GrantEvent]:
    data = message.data
    command = grant.Forward(
        data.application_id, data.university, data.channel, data.campaign, data.standing, message.at
    )
    return GRANT.decide(command, state)


def give_up(state: State, message: Message[university_grants.GrantDeclined]) -> Sequence[GrantEvent]:
    return GRANT.decide(grant.GiveUp(message.data.university, message.at), state)


def arrive(state: State, timer: Timer) -> Sequence[GrantEvent]:
    return GRANT.decide(grant.Arrive(timer.at), state)


# Told


def react_grant(register: Register, state: State, recorded: Recorded) -> Iterable[Effect]:
    if not isinstance(state, Sent):
        return
    match recorded.event:
        case grant_state.GrantRouted() as event:
            routed = esuvo_requests.GrantApplicationRouted(
                application_id=event.application_id,
                university=event.university,
                request=event.request,
                attachments=event.attachments,
                filed_at=event.filed_at,
                routed_at=event.at,
                signed=event.signed,
            )
            yield Publish(esuvo_requests.TOPIC, str(event.application_id), routed)
            yield from _watched(state)
        case grant_state.GrantRoutingFailed(notice=notice) as event:
            failed = esuvo_requests.RoutingFailed(
                application_id=event.application_id,
                university=event.university,
                code=event.code,
                failed_at=event.at,
            )
            yield Publish(esuvo_requests.TOPIC, str(event.application_id), failed)
            yield forward_own(notice)
        case grant_state.GrantVerified():
            yield from _watched(state)
        case grant_state.GrantOverdueFound() as event:
            yield Publish(esuvo_requests.TOPIC, str(state.application_id), _overdue(state, event))
        case grant_state.IntakeRefused(notice=notice):
            yield forward_own(notice)
            yield Cancel(WATCH)
        case grant_state.GrantForwarded(at=at):
            yield Schedule(REACH, at + TAKES)
            yield Cancel(WATCH)
        case grant_state.RegisterReached():
            yield from _to_register(state, partial(_enter, register, state))
        case grant_state.GrantGivenUp(university=university):
            released = to_contender.release(state.application_id, university)
            yield from _to_register(state, lambda _entry: released)


def _overdue(state: Sent, event: grant_state.GrantOverdueFound) -> esuvo_requests.RequestOverdue:
    return esuvo_requests.RequestOverdue(
        application_id=state.application_id,
        university=state.university,
        step=event.step,
        limit=event.limit,
        began_at=event.began_at,
        due_at=event.due_at,
        overdue_at=event.at,
        service=PublicService.GRANT,
    )


def _watched(state: Sent) -> Iterable[Effect]:
    """One timer for the committee: it stands where its next term ends, and a step that comes moves it (GRANT-E-2, -3)."""
    term = state.running
    if term:
        yield Schedule(WATCH, term.due_at + AFTER_DUE)


def _to_register(state: Sent, decide: Callable[[Entry], to_contender.Decision]) -> Iterable[Effect]:
    if state.entry:
        yield Tell(contender_stream(state.entry.contender), decide(state.entry))


def _enter(register: Register, sent: Sent, entry: Entry) -> to_contender.Decision:
    def decide(state: contender_state.State, at: datetime) -> Sequence[contender_state.ContenderEvent]:
        command = to_contender.Enter(
            application_id=sent.application_id,
            university=sent.university,
            channel=sent.channel,
            campaign=entry.campaign,
            standing=entry.standing,
            counted=register.count(entry.standing, entry.campaign, at),
            at=at,
        )
        return CONTENDER.decide(command, state)

    return decide


# The tables


def portal_routes(directory: Directory, forms: SignedForms) -> tuple[Route, ...]:
    return (
        on(portal_applications.GrantApplicationSubmitted, stream=_grant_of, handle=partial(take, directory, forms)),
    )


SUBSCRIPTION: Final = Subscription(
    university_grants.TOPIC,
    university_grants.CATALOGUE,
    (
        on(university_grants.GrantApplicationRegistered, stream=_grant_of, handle=register),
        on(university_grants.GrantApplicationVerified, stream=_grant_of, handle=verify),
        on(university_grants.GrantIntakeRefused, stream=_grant_of, handle=refuse),
        on(university_grants.ForwardedToTestingCentre, stream=_grant_of, handle=forward),
        on(university_grants.GrantDeclined, stream=_grant_of, handle=give_up),
    ),
)


def aggregates(register: Register, opening: Opening) -> tuple[Aggregate[Any], ...]:  # Any: of different states
    grants: Aggregate[State] = Aggregate(
        category="grant",
        initial=GRANT.initial,
        evolve=GRANT.evolve,
        events=grant_state.EVENTS,
        react=partial(react_grant, register),
        timers={REACH: arrive, WATCH: watch},
        projection=projections.GRANTS,
    )
    contenders: Aggregate[contender_state.State] = Aggregate(
        category="contender",
        initial=CONTENDER.initial,
        evolve=CONTENDER.evolve,
        events=contender_state.EVENTS,
        react=partial(react_contender, register, opening),
        projection=projections.CONTENDERS,
    )
    return grants, contenders
