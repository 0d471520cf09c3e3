"""An application for a grant on its way through ESUVO: to a committee, and from a committee to the register. Pure.

Committees speak of two applications of one person in no order, and what the register makes of them must not depend on which
came first. So the way to the register takes a moment of virtual time, and those who set out at one instant arrive in the
order of their applications' ids (docs/adr/0023).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from contracts.common import Channel, Notice, PublicService, Refusal, RefusalCode
from law.regulation.campaign import campaign_year
from services._chassis.decider import Decider, Ignored, Refused
from services.esuvo.grants.application.commands import (
    Arrive,
    Command,
    Forward,
    GiveUp,
    Refuse,
    Register,
    Take,
    Verify,
    Watch,
    _Following,
)
from services.esuvo.grants.application.events import (
    GrantEvent,
    GrantForwarded,
    GrantGivenUp,
    GrantOverdueFound,
    GrantRegistered,
    GrantRouted,
    GrantRoutingFailed,
    GrantVerified,
    IntakeRefused,
    RegisterReached,
)
from services.esuvo.grants.application.state import Entry, GrantStatus, Sent, State, Unheard, evolve
from services.esuvo.notices.own import refusal_notice

TAKES: Final = timedelta(seconds=5)  # from a committee to the register


def decide(command: Command, state: State) -> Sequence[GrantEvent]:
    match command, state:
        case Take(), _:
            return _take(command, state)
        case _, Unheard():
            return _of_paper(command)
        case _, Sent():
            return _follow(command, state)
        case _:
            assert_never(state)


def _of_paper(command: _Following) -> Sequence[GrantEvent]:
    """Of a package on paper ESUVO hears when a committee has done with it; a refusal is told at the counter (INC-23)."""
    match command:
        case Forward(channel=Channel.PAPER):
            _check_campaign(command)
            return [_forwarded(command)]
        case Refuse(channel=Channel.PAPER) | Register(channel=Channel.PAPER):
            return Ignored("of-paper")
        case _:
            detail = "no application for a grant of this id is known"
            remedy = "name an application that came from the portal, or that a committee forwarded from paper"
            raise Refused("grant.unknown", detail, field="/data/application_id", remedy=remedy)


def _follow(command: _Following, state: Sent) -> Sequence[GrantEvent]:  # noqa: PLR0911 - one arm per command
    match command:
        case Register():
            return _register(command, state)
        case Verify():
            return _verify(command, state)
        case Watch():
            return _passed(command, state)
        case Refuse():
            return _refuse(command, state)
        case Forward():
            return _forward(command, state)
        case Arrive():
            if state.status is not GrantStatus.FORWARDED:
                return Ignored("already-in-register")
            return [RegisterReached(at=command.at)]
        case GiveUp():
            return _give_up(command, state)
        case _:
            assert_never(command)


def _take(command: Take, state: State) -> Sequence[GrantEvent]:
    if isinstance(state, Sent):
        if command.request == state.request:
            return Ignored("already-taken")
        detail = "this application was taken before with other particulars"
        remedy = "file another application under an id of its own"
        raise Refused("grant.changed", detail, field="/data/request", remedy=remedy)
    university = command.request.choices[0].university
    if command.unroutable is None:
        return [
            GrantRouted(
                application_id=command.application_id,
                university=university,
                request=command.request,
                attachments=command.attachments,
                filed_at=command.filed_at,
                at=command.at,
                signed=command.signed,
                **(command.terms.fields() if command.terms else {}),
            )
        ]
    refusal = Refusal(code=RefusalCode.UNKNOWN_UNIVERSITY, reason=command.unroutable)
    return [
        GrantRoutingFailed(
            application_id=command.application_id,
            university=university,
            request=command.request,
            filed_at=command.filed_at,
            code=refusal.code,
            notice=_notice(command.notice_id, command.application_id, refusal, command.at),
            at=command.at,
        )
    ]


def _notice(notice_id: UUID, application_id: UUID, refusal: Refusal, at: datetime) -> Notice:
    return refusal_notice(notice_id, application_id, refusal, at, PublicService.GRANT)


def _register(command: Register, state: Sent) -> Sequence[GrantEvent]:
    _check_committee(command, state)
    if state.registration_number == command.number:
        return Ignored("already-registered")
    if state.registration_number is not None:
        raise _changed(f"it was registered as {state.registration_number} before", "/data/registration_number")
    if state.status is not GrantStatus.ROUTED or state.benefits_proven is not None:
        raise _ended(state, "be registered after GRANT-E-2")
    return [GrantRegistered(registration_number=command.number, at=command.at)]


def _verify(command: Verify, state: Sent) -> Sequence[GrantEvent]:
    _check_university(command.university, state)
    if state.benefits_proven is command.benefits_proven:
        return Ignored("already-verified")
    if state.benefits_proven is not None:
        raise _changed("it was verified before with another finding (GRANT-E-2)", "/data/benefits_proven")
    if state.status is not GrantStatus.ROUTED:
        raise _ended(state, "be verified (GRANT-E-2)")
    return [GrantVerified(benefits_proven=command.benefits_proven, at=command.at)]


def _passed(command: Watch, state: Sent) -> Sequence[GrantEvent]:
    term = state.running
    if term is None:
        return Ignored("no-term-runs")
    if term == state.overdue:
        return Ignored("overdue-already-found")
    if term.due_at >= command.at:
        return Ignored("not-due-yet")
    return [
        GrantOverdueFound(step=term.step, limit=term.limit, began_at=term.began_at, due_at=term.due_at, at=command.at)
    ]


def _refuse(command: Refuse, state: Sent) -> Sequence[GrantEvent]:
    _check_committee(command, state)
    if state.status is GrantStatus.REFUSED:
        return Ignored("already-refused")
    if state.status is not GrantStatus.ROUTED or state.benefits_proven is not None:
        raise _ended(state, "be refused by its committee")
    return [
        IntakeRefused(
            notice=_notice(command.notice_id, state.application_id, command.refusal, command.at), at=command.at
        )
    ]


def _forward(command: Forward, state: Sent) -> Sequence[GrantEvent]:
    _check_committee(command, state)
    _check_campaign(command)
    if state.request is not None and command.standing.request != state.request:
        detail = "the committee forwards something else than the applicant signed"
        remedy = "forward the request as esuvo.requests.v1 routed it, or refuse the application with a reason"
        raise Refused("grant.not-as-signed", detail, field="/data/standing/request", remedy=remedy)
    if state.entry is None and state.status is GrantStatus.ROUTED:
        _check_verified(command, state)
        return [_forwarded(command)]
    if state.entry is None:
        raise _ended(state, "be forwarded (GRANT-E-3)")
    if state.entry == Entry(command.campaign, command.standing):
        return Ignored("already-forwarded")
    detail = "this application was forwarded before with other particulars"
    remedy = "an application is forwarded once: refuse it at the committee, or let it compete as it is"
    raise Refused("grant.changed", detail, field="/data/standing", remedy=remedy)


def _forwarded(command: Forward) -> GrantForwarded:
    return GrantForwarded(
        application_id=command.application_id,
        university=command.university,
        channel=command.channel,
        campaign=command.campaign,
        standing=command.standing,
        at=command.at,
    )


def _give_up(command: GiveUp, state: Sent) -> Sequence[GrantEvent]:
    match state.status:
        case GrantStatus.DECLINED:
            return Ignored("already-given-up")
        case GrantStatus.IN_REGISTER:
            return [GrantGivenUp(university=command.university, at=command.at)]
        case _:
            raise _ended(state, "give a grant up")


def _check_verified(command: Forward, state: Sent) -> None:
    """GRANT-E-3 follows GRANT-E-2, under the number that the committee gave."""
    if state.channel is Channel.PORTAL and state.benefits_proven is None:
        raise _ended(state, "be forwarded (GRANT-E-3) before it is verified (GRANT-E-2)")
    number = command.standing.registration_number
    if state.registration_number not in {None, number}:
        raise _changed(f"it was registered as {state.registration_number}", "/data/standing/registration_number")


def _check_university(university: str, state: Sent) -> None:
    if university != state.university:
        detail = f"the application is of university {state.university}"
        remedy = "only the committee that has an application speaks for it"
        raise Refused("grant.other-committee", detail, field="/data/university", remedy=remedy)


def _check_committee(command: Register | Refuse | Forward, state: Sent) -> None:
    if (command.university, command.channel) != (state.university, state.channel):
        detail = f"the application is of channel {state.channel} and university {state.university}"
        remedy = "only the committee that has an application speaks for it"
        raise Refused("grant.other-committee", detail, field="/data/university", remedy=remedy)


def _check_campaign(command: Forward) -> None:
    filed_in = campaign_year(command.standing.registered_at)
    if filed_in != command.campaign:
        detail = f"an application of {filed_in} is not of the campaign of {command.campaign}"
        remedy = "forward an application to the campaign of the year in which it was registered"
        raise Refused("grant.other-campaign", detail, field="/data/campaign", remedy=remedy)


def _changed(detail: str, field: str) -> Refused:
    return Refused(
        "grant.step-changed", detail, field=field, remedy="a step is done once: check the committee's own log"
    )


def _ended(state: Sent, what: str) -> Refused:
    detail = f"the application stands as {state.status}; it cannot {what}"
    return Refused("grant.out-of-turn", detail, field="/type", remedy="check the committee's own log")


GRANT: Final[Decider[State, Command, GrantEvent]] = Decider(Unheard(), decide, evolve)
