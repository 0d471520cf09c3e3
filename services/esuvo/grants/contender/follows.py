"""What follows from what happens to a person in the common database: contract events, and notices of the portal channel.

Who applied on paper gets no notices: the committee and the published list tell them (INC-23).
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias
from uuid import UUID

from contracts import esuvo_competition as wire
from contracts.common import Channel, Notice, NoticeKind, PublicService, Refusal, RefusalCode
from contracts.event import Event, Text
from services._chassis import ids
from services._chassis.aggregate import Aggregate, Effect, Publish, Recorded
from services.esuvo.grants import texts
from services.esuvo.grants.contender import tells
from services.esuvo.grants.contender.decide import CONTENDER
from services.esuvo.grants.contender.events import (
    EVENTS,
    ContenderEntered,
    ContenderMerged,
    ContenderRejected,
    GrantAwarded,
    GrantNotAwarded,
)
from services.esuvo.grants.contender.register import Register, unproven
from services.esuvo.grants.contender.rows import CONTENDERS
from services.esuvo.grants.contender.state import Contender, State
from services.esuvo.notices.own import forward_own, refusal_notice

Opening: TypeAlias = Callable[[int], Iterable[Effect]]


def react(register: Register, opening: Opening, state: State, recorded: Recorded) -> Iterable[Effect]:
    """`opening` is what the first application of a year's campaign sets going."""
    if not isinstance(state, Contender):
        return
    event = recorded.event
    if isinstance(event, ContenderEntered):
        yield from opening(state.campaign)
    if told := tells.contract_event(state, event):
        yield _publish(told.application_id, told)
    match event:
        case ContenderEntered():
            yield from _notice(state, recorded, NoticeKind.ACCEPTED, _accepted(state))
        case ContenderRejected(refusal=refusal):
            yield from _refused(state.application_id, state.channel, recorded, refusal)
        case ContenderMerged(application_id=merged, channel=channel):
            refusal = Refusal(code=RefusalCode.MERGED, reason=texts.merged(state.standing.registration_number))
            yield from _refused(merged, channel, recorded, refusal)
        case GrantAwarded():
            yield from _awarded(register, state, event, recorded)
        case GrantNotAwarded():
            yield from _not_awarded(register, state, event, recorded)


def aggregate(register: Register, opening: Opening) -> Aggregate[State]:
    return Aggregate(
        category="contender",
        initial=CONTENDER.initial,
        evolve=CONTENDER.evolve,
        events=EVENTS,
        react=partial(react, register, opening),
        projection=CONTENDERS,
    )


def _publish(application_id: UUID, event: Event) -> Publish:
    return Publish(wire.TOPIC, str(application_id), event)


def _accepted(state: Contender) -> Text:
    said = texts.accepted(state.standing.registration_number)
    return texts.joined([said, texts.BENEFIT_NOT_COUNTED]) if unproven(state.standing) else said


def _awarded(register: Register, state: Contender, event: GrantAwarded, recorded: Recorded) -> Iterable[Effect]:
    choice = state.standing.request.choices[event.choice - 1]
    name, university = register.specialties[choice.specialty].name, register.universities[choice.university].name
    text = texts.awarded(event.order_number, name, choice.specialty, university, event.collect_by)
    yield from _notice(state, recorded, NoticeKind.AWARDED, text, collection_place=texts.committee_of(university))


def _not_awarded(register: Register, state: Contender, event: GrantNotAwarded, recorded: Recorded) -> Iterable[Effect]:
    choices = state.standing.request.choices
    lines = [
        texts.Line(register.specialties[choices[each.choice - 1].specialty], each.total, each.profile_score)
        for each in event.cutoffs
        if each.choice <= len(choices)
    ]
    refusal = Refusal(code=event.code, reason=texts.not_awarded(event.order_number, lines))
    yield _publish(state.application_id, tells.not_awarded(state, event, refusal))
    yield from _notice(state, recorded, NoticeKind.NOT_AWARDED, refusal.reason, refusal=refusal)


def _refused(application_id: UUID, channel: Channel, recorded: Recorded, refusal: Refusal) -> Iterable[Effect]:
    if channel is Channel.PORTAL:
        notice_id = _notice_id(recorded)
        yield forward_own(refusal_notice(notice_id, application_id, refusal, recorded.at, PublicService.GRANT))


def _notice(
    state: Contender,
    recorded: Recorded,
    kind: NoticeKind,
    text: Text,
    *,
    refusal: Refusal | None = None,
    collection_place: Text | None = None,
) -> Iterable[Effect]:
    if state.channel is Channel.PORTAL:
        yield forward_own(
            Notice(
                notice_id=_notice_id(recorded),
                application_id=state.application_id,
                kind=kind,
                text=text,
                at=recorded.at,
                collection_place=collection_place,
                refusal=refusal,
                service=PublicService.GRANT,
            )
        )


def _notice_id(recorded: Recorded) -> UUID:
    return ids.derive(recorded.at, recorded.id, "notice")
