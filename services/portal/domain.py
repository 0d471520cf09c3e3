"""An application from filing to end, the person's account, and one open application per document at a time.

Pure: no clock, no ids, no I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never
from uuid import UUID

from pydantic import AwareDatetime

from contracts.common import DuplicateRequest, GraduationYear, Notice, NoticeKind, RefusalCode, SpecialtyCode, Value
from contracts.event import Catalogue, Event
from services._chassis.decider import Decider, Refused

ENDS: Final = frozenset({NoticeKind.ISSUED, NoticeKind.REFUSED, NoticeKind.WITHDRAWN})


class Evidence(Value):
    """The EDS as it was confirmed (DUP-PORTAL-1, -2). `jws` holds document, signature and certificate as they came."""

    certificate_serial: str
    digest: str
    signed_at: AwareDatetime
    jws: str


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


class NoticeArrived(Event):
    name: ClassVar[str] = "notice-arrived"

    notice: Notice
    at: AwareDatetime


class NoticeRepeated(Event):
    """The gateway asked again for a confirmation that it had not seen."""

    name: ClassVar[str] = "notice-repeated"

    notice_id: UUID
    kind: NoticeKind
    at: AwareDatetime


class Ended(Event):
    name: ClassVar[str] = "application-ended"

    outcome: NoticeKind
    refusal_code: RefusalCode | None
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


@dataclass(frozen=True, slots=True)
class ReceiveNotice:
    notice: Notice
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
    match state:
        case Unfiled():
            raise Refused(
                "application.unknown",
                "a notice concerns an application that was filed here",
                field="/data/notice/application_id",
                remedy="send the id that ApplicationSubmitted carried",
            )
        case Open() if notice not in state.notices:
            arrived = NoticeArrived(notice=notice, at=at)
            return [arrived, *_ended(notice, at)]
        case Open() | Closed():
            return [NoticeRepeated(notice_id=notice.notice_id, kind=notice.kind, at=at)]


def _ended(notice: Notice, at: AwareDatetime) -> Sequence[Ended]:
    if notice.kind not in ENDS:
        return []
    code = notice.refusal.code if notice.refusal else None
    return [Ended(outcome=notice.kind, refusal_code=code, at=at)]


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


class AlreadyOpen(Refused):
    """The same person already asks for a duplicate of this document for this reason (EDGE-11)."""

    def __init__(self, application_id: UUID) -> None:
        super().__init__("application.already-open", "one document has one open application at a time")
        self.application_id = application_id


class Taken(Event):
    """`document:<fingerprint>` has an open application."""

    name: ClassVar[str] = "document-taken"

    application_id: UUID


class Freed(Event):
    name: ClassVar[str] = "document-freed"


DOCUMENT_EVENTS: Final = Catalogue([Taken, Freed])


def take(application_id: UUID, holder: UUID | None) -> Sequence[Event]:
    """`holder` is the open application of this document, if there is one. Raises AlreadyOpen."""
    if holder is not None and holder != application_id:
        raise AlreadyOpen(holder)
    return [] if holder else [Taken(application_id=application_id)]


def free(holder: UUID | None) -> Sequence[Event]:
    return [Freed()] if holder else []


def holds(_holder: UUID | None, event: Taken | Freed) -> UUID | None:
    return event.application_id if isinstance(event, Taken) else None


class AccountOpened(Event):
    """A person registered with EDS (DUP-PORTAL-1). `jws` is the signed challenge."""

    name: ClassVar[str] = "account-opened"
    volatile: ClassVar[frozenset[str]] = frozenset({"jws"})

    surname: str
    given_name: str
    patronymic: str | None
    certificate_serial: str
    at: AwareDatetime
    jws: str


class ChallengeAnswered(Event):
    """A challenge was signed and used; it opens nothing a second time."""

    name: ClassVar[str] = "challenge-answered"

    at: AwareDatetime


ACCOUNT_EVENTS: Final = Catalogue([AccountOpened])
CHALLENGE_EVENTS: Final = Catalogue([ChallengeAnswered])


def answer_challenge(at: AwareDatetime, *, used: bool) -> Sequence[Event]:
    if used:
        raise Refused(
            "session.challenge-used",
            "a challenge opens one session only",
            field="/signed",
            remedy="ask for a new challenge and sign that",
        )
    return [ChallengeAnswered(at=at)]
