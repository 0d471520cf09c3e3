"""From the dispatch to the hand-over: the courier, the university's answers, the applicant (DUP-CON-5 to -10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

from contracts.common import Collector, Correction, Refusal
from services._chassis.decider import Ignored, Refused
from services.con.application import terms
from services.con.application.acts import ended, late, package_of, turn
from services.con.application.events import (
    ApplicationEvent,
    Corrected,
    Declined,
    Delivered,
    Dispatched,
    DuplicateArrived,
    DuplicateSent,
    HandedOver,
    HearingAnnounced,
    IssuedAtUniversity,
    ProgressNoted,
    Reminded,
    Returned,
    ReturnedForCorrection,
    SentBack,
    Stage,
    Step,
    WithdrawalDeclined,
    WithdrawalRequested,
    Withdrawn,
)
from services.con.application.state import BEFORE_DISPATCH, ENDED, UNPREPARED, Act, Package, State, Status


@dataclass(frozen=True, slots=True)
class Dispatch:
    waybill: str
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deliver:
    """The courier is at the university."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Correct:
    specialty: str
    graduation_year: int
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdraw:
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeInDuplicate:
    """The courier brought the duplicate."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Remind:
    at: datetime


@dataclass(frozen=True, slots=True)
class SendBack:
    """The duplicate has been kept long enough (EDGE-18)."""

    waybill: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BringBack:
    """The courier is at the university with a duplicate that nobody collected."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    """`came_at`: the collector came, which starts the term of DUP-CON-10."""

    collector: Collector
    operator: str
    came_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteProgress:
    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteReturn:
    corrections: tuple[Correction, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteHearing:
    """The refusal is preliminary until the applicant has been heard."""

    refusal: Refusal
    held_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    refusal: Refusal
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteWithdrawn:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteWithdrawalDeclined:
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteDuplicateSent:
    waybill: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteIssued:
    at: datetime


Deed: TypeAlias = Dispatch | Deliver | Correct | Withdraw | TakeInDuplicate | BringBack | HandOver
Heard: TypeAlias = (
    NoteProgress
    | NoteReturn
    | NoteHearing
    | NoteRefusal
    | NoteWithdrawn
    | NoteWithdrawalDeclined
    | NoteDuplicateSent
    | NoteIssued
    | Remind
    | SendBack
)
Command: TypeAlias = Deed | Heard

_AFTER_DELIVERY: Final = frozenset(Status) - BEFORE_DISPATCH - {Status.DISPATCHED}
_HERE_BEFORE: Final = frozenset({Status.READY, Status.SENT_BACK, Status.BACK_AT_UNIVERSITY}) | ENDED


def act(command: Deed, state: State) -> Sequence[ApplicationEvent]:  # noqa: PLR0911 - a table, one return a row
    """What a person does or the courier brings. Raises Refused when the application does not allow it."""
    match command:
        case Dispatch():
            return _dispatch(command, state)
        case Deliver():
            return _deliver(command, state)
        case Correct():
            return _correct(command, package_of(state))
        case Withdraw():
            return _withdraw(command, package_of(state))
        case TakeInDuplicate():
            return _take_in(command, package_of(state))
        case BringBack():
            return _bring_back(command, package_of(state))
        case HandOver():
            return _hand_over(command, package_of(state))
        case _:
            assert_never(command)


def vouch(university: str, state: State) -> None:
    """Is it `university` that has the package of this application? Refuses another's words about it."""
    if isinstance(state, Package) and university != state.particulars.university:
        raise Refused(
            "application.other-university",
            f"the package is for university {state.particulars.university}, not for {university}",
            field="/data/university",
            remedy="only the university that an application is for speaks of its case",
        )


def note(command: Heard, state: State) -> Sequence[ApplicationEvent]:  # noqa: C901, PLR0911, PLR0912 - a table, one return a row
    """What the university tells or time brings: it concerns only our applications, and each fact once."""
    if not isinstance(state, Package):
        return Ignored("of-another-channel")
    _check_order(command, state)
    if state.status in ENDED:
        return Ignored("already-ended")
    if state.status in BEFORE_DISPATCH:
        return Ignored("not-dispatched-yet")
    match command, state.status:
        case NoteProgress(), status if status in UNPREPARED and state.stage is not command.stage:
            return [ProgressNoted(stage=command.stage, at=command.at)]
        case NoteReturn(), Status.AT_UNIVERSITY:
            return [ReturnedForCorrection(corrections=command.corrections, at=command.at)]
        case NoteHearing(), Status.AT_UNIVERSITY:
            return [HearingAnnounced(refusal=command.refusal, held_at=command.held_at, at=command.at)]
        case NoteRefusal(), _:
            return [Declined(refusal=command.refusal, at=command.at)]
        case NoteWithdrawn(), _:
            return [Withdrawn(at=command.at)]
        case NoteWithdrawalDeclined(), _ if state.wishes_to_withdraw:
            return [WithdrawalDeclined(at=command.at)]
        case NoteDuplicateSent(), Status.AT_UNIVERSITY | Status.RETURNED:
            return [DuplicateSent(waybill=command.waybill, at=command.at)]
        case NoteIssued(), Status.BACK_AT_UNIVERSITY:
            return [IssuedAtUniversity(at=command.at)]
        case Remind(), Status.READY:
            return [Reminded(at=command.at)]
        case SendBack(), Status.READY:
            return [SentBack(waybill=command.waybill, at=command.at)]
        case _:
            return Ignored(_WHY_NOTHING[type(command)])


_WHY_NOTHING: Final[Mapping[type[Heard], str]] = MappingProxyType(
    {
        NoteProgress: "progress-already-known",
        NoteReturn: "not-at-the-university",
        NoteHearing: "not-at-the-university",
        NoteWithdrawalDeclined: "no-withdrawal-asked",
        NoteDuplicateSent: "duplicate-already-sent",
        Remind: "duplicate-no-longer-here",
        SendBack: "duplicate-no-longer-here",
    }
)
# Where a case may come to its end, as the university tells it, and where that has been told before.
_MAY_END: Final[Mapping[type[Heard], frozenset[Status]]] = MappingProxyType(
    {
        NoteRefusal: UNPREPARED | {Status.DECLINED},
        NoteWithdrawn: UNPREPARED | {Status.WITHDRAWN},
        NoteIssued: frozenset({Status.BACK_AT_UNIVERSITY, Status.HANDED_OVER, Status.ISSUED_AT_UNIVERSITY}),
    }
)


def _check_order(command: Heard, package: Package) -> None:
    """An end that the procedure does not lead to from here is set aside, and nothing changes."""
    allowed = _MAY_END.get(type(command))
    if allowed is not None and package.status not in allowed:
        raise Refused(
            "application.out-of-order",
            f"the application is {package.status}: a case is refused or withdrawn until its duplicate is sent (DUP-CON-9), "
            "and issued by the university when it is back there (EDGE-18)",
            field="/type",
            remedy="say the steps in the order of the regulation; GET /applications/{application_id} shows where it stands",
        )
    if isinstance(command, NoteWithdrawn) and package.status in UNPREPARED and not package.wishes_to_withdraw:
        raise Refused(
            "application.withdrawal-not-asked",
            "the applicant has not asked to withdraw (EDGE-21), so no withdrawal is confirmed",
            field="/type",
            remedy="answer a withdrawal-requested of con.applications.v1; refuse a case by case-refused",
        )


def _dispatch(command: Dispatch, state: State) -> Sequence[ApplicationEvent]:
    package, running = turn(Step.DISPATCH, state)
    if package.waybill:
        return Ignored("already-dispatched")
    # The breach belongs to the running term, which goes on until the delivery.
    dispatched = Dispatched(waybill=command.waybill, operator=command.operator, at=command.at)
    return [*late(running, package.regulation, command.at), dispatched]


def _deliver(command: Deliver, state: State) -> Sequence[ApplicationEvent]:
    package, running = turn(Step.DISPATCH, state)
    if running.done_at:
        return Ignored("already-delivered")
    if package.status is not Status.DISPATCHED:
        raise Refused(
            "application.out-of-order",
            "the courier delivers what the operator has given to the courier (DUP-CON-5)",
            remedy="dispatch the package first: POST /applications/{application_id}/dispatch",
        )
    return [*late(running, package.regulation, command.at), Delivered(at=command.at)]


def _correct(command: Correct, package: Package) -> Sequence[ApplicationEvent]:
    corrected = package.corrected
    if (
        package.status is not Status.RETURNED
        and corrected
        and (corrected.specialty, corrected.graduation_year) == (command.specialty, command.graduation_year)
    ):
        return Ignored("already-corrected")
    if package.status in ENDED:
        raise ended(package)
    if package.status is not Status.RETURNED:
        raise Refused(
            "application.not-returned",
            f"only an application that the university returned is corrected; this one is {package.status}",
            remedy="wait until the university returns it: GET /applications/{application_id} shows what to put right",
        )
    return [
        Corrected(
            specialty=command.specialty,
            graduation_year=command.graduation_year,
            operator=command.operator,
            at=command.at,
        )
    ]


def _withdraw(command: Withdraw, package: Package) -> Sequence[ApplicationEvent]:
    """Before dispatch the centre ends it; until the duplicate is prepared the university decides (EDGE-21)."""
    if package.status is Status.WITHDRAWN or package.wishes_to_withdraw:
        return Ignored("withdrawal-already-asked")
    if package.status in ENDED:
        raise ended(package)
    if package.status in BEFORE_DISPATCH:
        return [Withdrawn(at=command.at)]
    if package.status in UNPREPARED:
        return [WithdrawalRequested(operator=command.operator, at=command.at)]
    raise Refused(
        "withdrawal.too-late",
        "an application may be withdrawn until its duplicate is prepared (EDGE-21)",
        remedy="collect the duplicate, or leave it: uncollected it goes back to the university",
    )


def _take_in(command: TakeInDuplicate, package: Package) -> Sequence[ApplicationEvent]:
    if package.status in _HERE_BEFORE:
        return Ignored("already-arrived")
    _require(package, Status.DUPLICATE_DISPATCHED, "the courier brings a duplicate that the university has sent")
    return [
        DuplicateArrived(
            remind_at=terms.remind_at(command.at), send_back_at=terms.send_back_at(command.at), at=command.at
        )
    ]


def _bring_back(command: BringBack, package: Package) -> Sequence[ApplicationEvent]:
    if package.status in {Status.BACK_AT_UNIVERSITY, Status.ISSUED_AT_UNIVERSITY}:
        return Ignored("already-brought-back")
    _require(package, Status.SENT_BACK, "the courier returns a duplicate that nobody collected in time (EDGE-18)")
    return [Returned(at=command.at)]


def _hand_over(command: HandOver, package: Package) -> Sequence[ApplicationEvent]:
    if package.status is Status.HANDED_OVER:
        return Ignored("already-handed-over")
    if package.status in {Status.SENT_BACK, Status.BACK_AT_UNIVERSITY}:
        raise Refused(
            "duplicate.sent-back",
            "a duplicate that nobody collected in time is handed over at the university (EDGE-18)",
            remedy="send the collector to the university",
        )
    _require(package, Status.READY, "a duplicate is handed over once it is at the service centre (DUP-CON-10)")
    if not command.collector.authorised(command.at.astimezone(terms.ZONE).date()):
        raise Refused(
            "collector.power-of-attorney",
            "a representative collects by name, with a notarised power of attorney in force that day (EDGE-19)",
            field="/collector/power_of_attorney",
            remedy="send the representative's name and a power of attorney in force, or let the applicant come",
        )
    if package.arrived_at is None or not package.arrived_at <= command.came_at <= command.at:
        raise Refused(
            "hand-over.came-at",
            "the collector comes after the duplicate has arrived and before it is handed over",
            field="/came_at",
            remedy="send the time when the collector came, or leave it out to mean now",
        )
    due_at = terms.due_at(package.regulation, Step.HAND_OVER, command.came_at)
    running = Act(Step.HAND_OVER, command.came_at, due_at)
    handed_over = HandedOver(
        collector=command.collector,
        operator=command.operator,
        came_at=command.came_at,
        due_at=due_at,
        at=command.at,
    )
    return [handed_over, *late(running, package.regulation, command.at)]


def _require(package: Package, status: Status, rule: str) -> None:
    if package.status in ENDED:
        raise ended(package)
    if package.status is not status:
        raise Refused(
            "application.out-of-order",
            f"{rule}; this application is {package.status}",
            remedy=f"wait until it is {status}: GET /applications/{{application_id}} shows where it stands",
        )
