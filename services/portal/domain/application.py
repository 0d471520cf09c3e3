"""An application for a duplicate, from filing to end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import DuplicateRequest, GraduationYear, Notice, NoticeKind, RefusalCode, SpecialtyCode
from contracts.event import Catalogue, Event
from services._chassis.decider import Decider, Refused
from services.portal.domain.evidence import Evidence
from services.portal.domain.notices import (
    Ended,
    NoticeArrived,
    NoticeRepeated,
    ReceiveNotice,
    ended,
    require_own,
    unfiled,
)

ENDS: Final = frozenset({NoticeKind.ISSUED, NoticeKind.REFUSED, NoticeKind.WITHDRAWN})


class Filed(Event):
    name: ClassVar[str] = "application-filed"
    volatile: ClassVar[frozenset[str]] = frozenset({"evidence.jws"})

    application_id: UUID
    request: DuplicateRequest
    evidence: Evidence
    at: AwareDatetime


class Corrected(Event):
    name: ClassVar[str] = "application-corrected"
    volatile: ClassVar[frozenset[str]] = frozenset({"evidence.jws"})

    specialty: SpecialtyCode
    graduation_year: GraduationYear
    evidence: Evidence
    at: AwareDatetime


class WithdrawalAsked(Event):
    name: ClassVar[str] = "withdrawal-asked"

    at: AwareDatetime


ApplicationEvent: TypeAlias = Filed | Corrected | WithdrawalAsked | NoticeArrived | NoticeRepeated | Ended
EVENTS: Final = Catalogue([Filed, Corrected, WithdrawalAsked, NoticeArrived, NoticeRepeated, Ended])


@dataclass(frozen=True, slots=True)
class Submit:
    application_id: UUID
    request: DuplicateRequest
    evidence: Evidence
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Correct:
    specialty: str
    graduation_year: int
    evidence: Evidence
    at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Withdraw:
    at: AwareDatetime


Command: TypeAlias = Submit | Correct | Withdraw | ReceiveNotice


class Status(StrEnum):
    """Where an open application stands, as its applicant knows it."""

    SUBMITTED = "submitted"
    REGISTERED = "registered"
    RETURNED = "returned-for-correction"
    READY = "ready"


_STATUS_AFTER: Final = {
    NoticeKind.REGISTERED: Status.REGISTERED,
    NoticeKind.RETURNED_FOR_CORRECTION: Status.RETURNED,
    NoticeKind.READY: Status.READY,
}


@dataclass(frozen=True, slots=True)
class Unfiled:
    """Nothing has been filed under this id."""


@dataclass(frozen=True, slots=True)
class Open:
    """`filed` is the request as it was first signed, `request` as it stands after a correction."""

    application_id: UUID
    filed: DuplicateRequest
    request: DuplicateRequest
    evidence: Evidence
    status: Status
    filed_at: AwareDatetime
    notices: tuple[Notice, ...] = ()
    withdrawal_asked: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    application: Open
    outcome: NoticeKind
    refusal_code: RefusalCode | None


State: TypeAlias = Unfiled | Open | Closed


def decide(command: Command, state: State) -> Sequence[ApplicationEvent]:
    match command:
        case Submit():
            return _submit(command, state)
        case Correct():
            return _correct(command, state)
        case Withdraw():
            return _withdraw(command, state)
        case ReceiveNotice():
            return _receive(command, state)
        case _:
            assert_never(command)


def _submit(command: Submit, state: State) -> Sequence[ApplicationEvent]:
    match state:
        case Unfiled():
            return [Filed(**_fields(command))]
        case Open() | Closed():
            return []  # the same form, signed by the same person at the same instant


def _correct(command: Correct, state: State) -> Sequence[ApplicationEvent]:
    match state:
        case Open(status=Status.RETURNED):
            return [Corrected(**_fields(command))]
        case Open(request=request) if _says_the_same(command, request):
            return []  # asked again: the correction stands already
        case Open() | Closed() | Unfiled():
            raise Refused(
                "application.not-returned",
                "only an application that was returned for correction can be corrected",
                remedy="read the application's status; withdraw it to file another one",
            )


def _says_the_same(command: Correct, request: DuplicateRequest) -> bool:
    return (command.specialty, command.graduation_year) == (request.specialty, request.graduation_year)


def _withdraw(command: Withdraw, state: State) -> Sequence[ApplicationEvent]:
    match state:
        case Open(withdrawal_asked=True) | Closed(outcome=NoticeKind.WITHDRAWN):
            return []
        case Open(status=Status.READY) | Closed() | Unfiled():
            raise Refused(
                "application.too-late-to-withdraw",
                "an application can be withdrawn until the duplicate is prepared (EDGE-21)",
                remedy="collect the duplicate at the place that the readiness notice states",
            )
        case Open():
            return [WithdrawalAsked(at=command.at)]


def _receive(command: ReceiveNotice, state: State) -> Sequence[ApplicationEvent]:
    notice, at = command.notice, command.at
    if isinstance(state, Unfiled):
        raise unfiled("ApplicationSubmitted")
    require_own(notice, (state if isinstance(state, Open) else state.application).application_id)
    match state:
        case Open() if notice not in state.notices:
            arrived = NoticeArrived(notice=notice, at=at)
            return [arrived, ended(notice, at)] if notice.kind in ENDS else [arrived]
        case Open() | Closed():
            return [NoticeRepeated(notice_id=notice.notice_id, kind=notice.kind, at=at)]


def evolve(state: State, event: ApplicationEvent) -> State:
    match event, state:
        case Filed(), _:
            return Open(event.application_id, event.request, event.request, event.evidence, Status.SUBMITTED, event.at)
        case Corrected(), Open():
            changes = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            request = state.request.model_copy(update=changes)
            return replace(state, request=request, evidence=event.evidence, status=Status.SUBMITTED)
        case WithdrawalAsked(), Open():
            return replace(state, withdrawal_asked=True)
        case NoticeArrived(notice=notice), Open():
            declined = notice.kind is NoticeKind.WITHDRAWAL_DECLINED
            return replace(
                state,
                status=_STATUS_AFTER.get(notice.kind, state.status),
                notices=(*state.notices, notice),
                withdrawal_asked=state.withdrawal_asked and not declined,
            )
        case Ended(), Open():
            return Closed(state, event.outcome, event.refusal_code)
        case _:
            return state


def _fields(command: Submit | Correct) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__slots__}


APPLICATION: Final = Decider[State, Command, ApplicationEvent](Unfiled(), decide, evolve)
