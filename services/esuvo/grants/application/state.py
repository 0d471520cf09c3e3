"""Where an application for a grant stands at ESUVO. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from contracts.common import Channel, RefusalCode
from contracts.grants import GrantRequest, Standing
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
from services.esuvo.grants.contender.state import key_of
from services.esuvo.terms import Term, Terms


class GrantStatus(StrEnum):
    """Where the application stands between portal, committee and register; what came of it there the register says."""

    ROUTED = "routed"
    UNROUTABLE = "unroutable"
    REFUSED = "refused"
    FORWARDED = "forwarded"
    IN_REGISTER = "in-register"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nobody has spoken of an application of this id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the committee forwarded, for the campaign of that year."""

    campaign: int
    standing: Standing

    @property
    def contender(self) -> str:
        return key_of(self.campaign, self.standing.request.applicant.iin)


@dataclass(frozen=True, slots=True)
class Sent:
    """`request` is what the portal sent; None for an application on paper. The committee's next term runs `since`."""

    application_id: UUID
    university: str
    channel: Channel
    filed_at: datetime
    status: GrantStatus
    updated_at: datetime
    request: GrantRequest | None = None
    refusal_code: RefusalCode | None = None
    entry: Entry | None = None
    since: datetime | None = None
    terms: Terms | None = None
    registration_number: str | None = None
    benefits_proven: bool | None = None
    overdue: Term | None = None

    @property
    def running(self) -> Term | None:
        """The term of the committee's next step (GRANT-E-2, GRANT-E-3); None where it has nothing to do."""
        if self.status is not GrantStatus.ROUTED or self.terms is None or self.since is None:
            return None
        return self.terms.running("verify" if self.benefits_proven is None else "forward", self.since)


State: TypeAlias = Unheard | Sent


def evolve(state: State, event: GrantEvent) -> State:
    match event, state:
        case GrantRouted(), _:
            terms = Terms(event.regulation, event.zone, event.week) if event.regulation else None
            return replace(_known(event, GrantStatus.ROUTED), terms=terms, since=event.at)
        case GrantRoutingFailed(), _:
            return replace(_known(event, GrantStatus.UNROUTABLE), refusal_code=event.code)
        case GrantForwarded(), _:
            return _with_standing(event, state)
        case _, Sent():
            return replace(_follow(event, state), updated_at=event.at)
        case _:
            raise ValueError(f"a stream cannot begin with {event.name}")


def _known(event: GrantRouted | GrantRoutingFailed, status: GrantStatus) -> Sent:
    return Sent(event.application_id, event.university, Channel.PORTAL, event.filed_at, status, event.at, event.request)


def _with_standing(event: GrantForwarded, state: State) -> Sent:
    known = state if isinstance(state, Sent) else None
    return Sent(
        application_id=event.application_id,
        university=event.university,
        channel=event.channel,
        filed_at=known.filed_at if known else event.standing.registered_at,
        status=GrantStatus.FORWARDED,
        updated_at=event.at,
        request=known.request if known else None,
        entry=Entry(event.campaign, event.standing),
        registration_number=event.standing.registration_number,
        benefits_proven=known.benefits_proven if known else None,
    )


def _follow(
    event: GrantRegistered | GrantVerified | GrantOverdueFound | IntakeRefused | RegisterReached | GrantGivenUp,
    state: Sent,
) -> Sent:
    match event:
        case GrantRegistered():
            return replace(state, registration_number=event.registration_number)
        case GrantVerified():
            return replace(state, benefits_proven=event.benefits_proven, since=event.at, overdue=None)
        case GrantOverdueFound():
            return replace(state, overdue=Term(event.step, event.limit, event.began_at, event.due_at))
        case IntakeRefused(notice=notice):
            code = notice.refusal.code if notice.refusal else None
            return replace(state, status=GrantStatus.REFUSED, refusal_code=code, overdue=None)
        case RegisterReached():
            return replace(state, status=GrantStatus.IN_REGISTER)
        case GrantGivenUp():
            return replace(state, status=GrantStatus.DECLINED)
        case _:
            assert_never(event)
