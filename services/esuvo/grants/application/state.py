"""What happens to an application for a grant at ESUVO, and where it stands then. Private. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never, get_args
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Channel, Notice, RefusalCode
from contracts.esuvo_requests import StepLimit
from contracts.event import Catalogue, Event
from contracts.grants import Attachment, GrantRequest, Standing
from law.regulation import Week
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


class GrantRouted(Event):
    name: ClassVar[str] = "grant-routed"
    volatile: ClassVar[frozenset[str]] = frozenset({"signed"})

    application_id: UUID
    university: str
    request: GrantRequest
    attachments: tuple[Attachment, ...]
    filed_at: AwareDatetime
    at: AwareDatetime
    signed: str | None = None  # the form, to be passed on as it came
    regulation: str | None = None
    zone: str = "Asia/Almaty"
    week: Week = 5


class GrantRoutingFailed(Event):
    """No committee takes the application; the notice that says so starts here."""

    name: ClassVar[str] = "grant-routing-failed"

    application_id: UUID
    university: str
    request: GrantRequest
    filed_at: AwareDatetime
    code: RefusalCode
    notice: Notice
    at: AwareDatetime


class GrantRegistered(Event):
    """The committee has the application under this number."""

    name: ClassVar[str] = "grant-registered"

    registration_number: str
    at: AwareDatetime


class GrantVerified(Event):
    """The committee has checked the application (GRANT-E-2)."""

    name: ClassVar[str] = "grant-verified"

    benefits_proven: bool
    at: AwareDatetime


class GrantOverdueFound(Event):
    """The committee was silent past the limit (EDGE-15)."""

    name: ClassVar[str] = "grant-overdue-found"

    step: str
    limit: StepLimit
    began_at: AwareDatetime
    due_at: AwareDatetime
    at: AwareDatetime


class IntakeRefused(Event):
    """The committee refused the application: the applicant learns it as the first result (GRANT-E-1a, REF-2)."""

    name: ClassVar[str] = "grant-intake-refused"

    notice: Notice
    at: AwareDatetime


class GrantForwarded(Event):
    """A committee sent the application to the register. Of a paper one it is the first that ESUVO hears."""

    name: ClassVar[str] = "grant-forwarded"

    application_id: UUID
    university: str
    channel: Channel
    campaign: int
    standing: Standing
    at: AwareDatetime


class RegisterReached(Event):
    name: ClassVar[str] = "grant-register-reached"

    at: AwareDatetime


class GrantGivenUp(Event):
    """The winner did not enrol at `university`: the seat is free (EDGE-35)."""

    name: ClassVar[str] = "grant-given-up"

    university: str
    at: AwareDatetime


GrantEvent: TypeAlias = (
    GrantRouted
    | GrantRoutingFailed
    | GrantRegistered
    | GrantVerified
    | GrantOverdueFound
    | IntakeRefused
    | GrantForwarded
    | RegisterReached
    | GrantGivenUp
)


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


EVENTS: Final = Catalogue(get_args(GrantEvent))
