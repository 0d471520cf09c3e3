"""An application for a grant at the portal: filed, its first result and its second (GRANT-PORTAL-1 to -9, INC-12)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import Notice, NoticeKind, RefusalCode
from contracts.event import Catalogue, Event
from contracts.grants import Attachment, GrantRequest
from services._chassis.decider import Decider, Ignored
from services.portal.forms.evidence import Evidence
from services.portal.notices import Ended, NoticeArrived, NoticeRepeated, ReceiveNotice, ended, require_own, unfiled


class GrantFiled(Event):
    """Filled in, signed and taken by the portal: the technical acknowledgement (GRANT-E-1, INC-12)."""

    name: ClassVar[str] = "grant-application-filed"
    volatile: ClassVar[frozenset[str]] = frozenset({"evidence.jws"})

    application_id: UUID
    year: int
    request: GrantRequest
    attachments: tuple[Attachment, ...]
    evidence: Evidence
    at: AwareDatetime


GrantEvent: TypeAlias = GrantFiled | NoticeArrived | NoticeRepeated | Ended
EVENTS: Final = Catalogue([GrantFiled, NoticeArrived, NoticeRepeated, Ended])


@dataclass(frozen=True, slots=True)
class File:
    """`year` is that of the campaign."""

    application_id: UUID
    year: int
    request: GrantRequest
    attachments: tuple[Attachment, ...]
    evidence: Evidence
    at: AwareDatetime


Command: TypeAlias = File | ReceiveNotice


class Status(StrEnum):
    """Where an application stands, as its applicant knows it."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    AWARDED = "awarded"
    NOT_AWARDED = "not-awarded"


# Which notices end an application, and from where. No grant in the first round may be followed by one in the second, when
# a winner declined (EDGE-35).
_ENDS: Final = {
    NoticeKind.REFUSED: (Status.SUBMITTED, Status.ACCEPTED),
    NoticeKind.AWARDED: (Status.SUBMITTED, Status.ACCEPTED, Status.NOT_AWARDED),
    NoticeKind.NOT_AWARDED: (Status.SUBMITTED, Status.ACCEPTED),
}


@dataclass(frozen=True, slots=True)
class Unfiled:
    """Nothing has been filed under this id."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application that was filed; `refusal_code` stands where it was refused or no grant awarded."""

    application_id: UUID
    year: int
    request: GrantRequest
    attachments: tuple[Attachment, ...]
    filed_at: AwareDatetime
    status: Status = Status.SUBMITTED
    refusal_code: RefusalCode | None = None
    notices: tuple[Notice, ...] = ()


State: TypeAlias = Unfiled | Application


def decide(command: Command, state: State) -> Sequence[GrantEvent]:
    match command:
        case File():
            return _file(command, state)
        case ReceiveNotice():
            return _receive(command, state)
        case _:
            assert_never(command)


def _file(command: File, state: State) -> Sequence[GrantEvent]:
    if isinstance(state, Application):
        return Ignored("already-filed")  # the same form, signed by the same person at the same instant
    return [GrantFiled(**{name: getattr(command, name) for name in command.__slots__})]


def _receive(command: ReceiveNotice, state: State) -> Sequence[GrantEvent]:
    """A result that comes late, or after the last one, is kept in the account and changes no outcome (EDGE-12)."""
    notice, at = command.notice, command.at
    if isinstance(state, Unfiled):
        raise unfiled("GrantApplicationSubmitted")
    require_own(notice, state.application_id)
    match state:
        case Application(notices=known) if notice in known:
            return [NoticeRepeated(notice_id=notice.notice_id, kind=notice.kind, at=at)]
        case Application(status=status):
            arrived = NoticeArrived(notice=notice, at=at)
            return [arrived, ended(notice, at)] if status in _ENDS.get(notice.kind, ()) else [arrived]


def evolve(state: State, event: GrantEvent) -> State:
    match event, state:
        case GrantFiled(), _:
            return Application(event.application_id, event.year, event.request, event.attachments, event.at)
        case NoticeArrived(notice=notice), Application(status=status):
            first = notice.kind is NoticeKind.ACCEPTED and status is Status.SUBMITTED
            notices = (*state.notices, notice)
            return replace(state, status=Status.ACCEPTED if first else status, notices=notices)
        case Ended(), Application():
            return replace(state, status=Status(event.outcome.value), refusal_code=event.refusal_code)
        case _:
            return state


GRANT: Final = Decider[State, Command, GrantEvent](Unfiled(), decide, evolve)
