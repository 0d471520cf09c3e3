"""An application for a duplicate, from filing to end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import DuplicateRequest, GraduationYear, Notice, NoticeKind, RefusalCode, SpecialtyCode
from contracts.event import Catalogue, Event
from services._chassis.decider import Decider, Ignored, Refused
from services.portal.forms.evidence import Evidence
from services.portal.notices import Ended, NoticeArrived, NoticeRepeated, ReceiveNotice, ended, require_own, unfiled

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
    volatile: ClassVar[frozenset[str]] = frozenset({"evidence.jws"})

    evidence: Evidence | None = None  # a wish was not signed before
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
    evidence: Evidence
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
            return Ignored("already-filed")  # the same form, signed by the same person at the same instant


def _correct(command: Correct, state: State) -> Sequence[ApplicationEvent]:
    match state:
        case Open(status=Status.RETURNED):
            return [Corrected(**_fields(command))]
        case Open(request=request) if _says_the_same(command, request):
            return Ignored("already-corrected")
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
            return Ignored("withdrawal-already-asked")
        case Open(status=Status.READY) | Closed() | Unfiled():
            raise Refused(
                "application.too-late-to-withdraw",
                "an application can be withdrawn until the duplicate is prepared (EDGE-21)",
                remedy="collect the duplicate at the place that the readiness notice states",
            )
        case Open():
            return [WithdrawalAsked(evidence=command.evidence, at=command.at)]


def _receive(command: ReceiveNotice, state: State) -> Sequence[ApplicationEvent]:
    """Every notice stands in the account. The first that tells an end closes; another end counts from one that corrects."""
    notice, at = command.notice, command.at
    arrived = NoticeArrived(notice=notice, at=at)
    if isinstance(state, Unfiled):
        raise unfiled("ApplicationSubmitted")
    mine = state if isinstance(state, Open) else state.application
    require_own(notice, mine.application_id)
    match state:
        case _ if notice in mine.notices:
            return [NoticeRepeated(notice_id=notice.notice_id, kind=notice.kind, at=at)]
        case Open():
            return [arrived, ended(notice, at)] if notice.kind in ENDS else [arrived]
        case Closed(outcome=outcome):
            puts_right = notice.kind in ENDS and notice.corrects is not None and notice.kind is not outcome
            return [arrived, ended(notice, at)] if puts_right else [arrived]


def unsettled(state: Closed) -> Notice | None:
    """The last notice that says otherwise than the outcome, and that none has put right."""
    corrected = {each.corrects for each in state.application.notices}
    against = (
        each
        for each in reversed(state.application.notices)
        if each.kind in ENDS | {NoticeKind.READY} and each.notice_id not in corrected and not _agrees(each, state)
    )
    return next(against, None)


def _agrees(notice: Notice, state: Closed) -> bool:
    ready = notice.kind is NoticeKind.READY and state.outcome is NoticeKind.ISSUED
    return ready or notice.kind is state.outcome


def evolve(state: State, event: ApplicationEvent) -> State:  # noqa: PLR0911 - one arm per event
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
        case NoticeArrived(notice=notice), Closed(application=application):
            kept = replace(application, notices=(*application.notices, notice))
            return replace(state, application=kept)
        case Ended(), Open():
            return Closed(state, event.outcome, event.refusal_code)
        case Ended(), Closed():
            return replace(state, outcome=event.outcome, refusal_code=event.refusal_code)
        case _:
            return state


def _fields(command: Submit | Correct) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__slots__}


APPLICATION: Final = Decider[State, Command, ApplicationEvent](Unfiled(), decide, evolve)
