"""What follows from what happens to a person in the common database: contract events, and notices of the portal channel.

Who applied on paper gets no notices: the committee and the published list tell them (INC-23).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from contracts import esuvo_competition as wire
from contracts import issued_documents
from contracts.common import Channel, Notice, NoticeKind, PublicService, Refusal, RefusalCode
from contracts.event import Event, Text
from services._chassis import ids
from services._chassis.aggregate import Effect, Publish, Recorded
from services.esuvo.duplicates.request.follows import forward_own
from services.esuvo.grants import texts
from services.esuvo.grants.contender import state as c
from services.esuvo.grants.contender.state import Contender
from services.esuvo.grants.register import Register, unproven
from services.esuvo.notices.decide import refusal_notice
from services.esuvo.papers import facts as documents

Opening: TypeAlias = Callable[[int], Iterable[Effect]]


def react_contender(register: Register, opening: Opening, state: c.State, recorded: Recorded) -> Iterable[Effect]:
    """`opening` is what the first application of a year's campaign sets going."""
    if not isinstance(state, Contender):
        return
    match recorded.event:
        case c.ContenderEntered(at=at):
            yield from opening(state.campaign)
            yield _tell(state.application_id, wire.GrantApplicationAccepted(**_of(state, at), channel=state.channel))
            yield from _notice(state, recorded, NoticeKind.ACCEPTED, _accepted(state))
        case c.ContenderRejected(refusal=refusal, at=at):
            told = wire.GrantApplicationRejected(**_of(state, at), channel=state.channel, refusal=refusal)
            yield _tell(state.application_id, told)
            yield from _refused(state.application_id, state.channel, recorded, refusal)
        case c.ContenderMerged() as event:
            yield from _merged(state, event, recorded)
        case c.GrantAwarded() as event:
            yield from _awarded(register, state, event, recorded)
        case c.GrantNotAwarded() as event:
            yield from _not_awarded(register, state, event, recorded)
        case c.CertificateIssued() as event:
            yield from _certified(register, state, event)


def _of(state: Contender, at: datetime) -> dict[str, Any]:  # Any: the fields that every event of an application has
    return {"application_id": state.application_id, "campaign": state.campaign, "at": at}


def _tell(application_id: UUID, event: Event) -> Publish:
    return Publish(wire.TOPIC, str(application_id), event)


def _accepted(state: Contender) -> Text:
    said = texts.accepted(state.standing.registration_number)
    return texts.joined([said, texts.BENEFIT_NOT_COUNTED]) if unproven(state.standing) else said


def _merged(state: Contender, event: c.ContenderMerged, recorded: Recorded) -> Iterable[Effect]:
    told = wire.GrantApplicationMerged(
        application_id=event.application_id,
        campaign=state.campaign,
        channel=event.channel,
        into=event.into,
        at=event.at,
    )
    yield _tell(event.application_id, told)
    refusal = Refusal(code=RefusalCode.MERGED, reason=texts.merged(state.standing.registration_number))
    yield from _refused(event.application_id, event.channel, recorded, refusal)


def _awarded(register: Register, state: Contender, event: c.GrantAwarded, recorded: Recorded) -> Iterable[Effect]:
    choice = state.standing.request.choices[event.choice - 1]
    told = wire.GrantAwarded(
        **_of(state, event.at),
        university=choice.university,
        specialty=choice.specialty,
        language=state.standing.request.language,
        via=event.via,
        choice=event.choice,
        round=event.round,
        order_number=event.order_number,
    )
    yield _tell(state.application_id, told)
    name, university = register.specialties[choice.specialty].name, register.universities[choice.university].name
    text = texts.awarded(event.order_number, name, choice.specialty, university, event.collect_by)
    yield from _notice(state, recorded, NoticeKind.AWARDED, text, collection_place=texts.committee_of(university))


def _not_awarded(
    register: Register, state: Contender, event: c.GrantNotAwarded, recorded: Recorded
) -> Iterable[Effect]:
    choices = state.standing.request.choices
    lines = [
        texts.Line(register.specialties[choices[each.choice - 1].specialty], each.total, each.profile_score)
        for each in event.cutoffs
        if each.choice <= len(choices)
    ]
    refusal = Refusal(code=event.code, reason=texts.not_awarded(event.order_number, lines))
    told = wire.GrantNotAwarded(**_of(state, event.at), refusal=refusal, order_number=event.order_number)
    yield _tell(state.application_id, told)
    yield from _notice(state, recorded, NoticeKind.NOT_AWARDED, refusal.reason, refusal=refusal)


def _certified(register: Register, state: Contender, event: c.CertificateIssued) -> Iterable[Effect]:
    choice = state.standing.request.choices[event.choice - 1]
    told = wire.CertificateDispatched(
        **_of(state, event.at),
        university=choice.university,
        specialty=choice.specialty,
        certificate_number=event.number,
        replaces=event.replaces,
    )
    yield _tell(state.application_id, told)
    document = documents.certified(register.codes, state, event, register.specialties, register.universities)
    yield Publish(issued_documents.ESUVO_TOPIC, document.code, document)


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
