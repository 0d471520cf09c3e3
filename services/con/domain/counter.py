"""The acts at the counter, in the regulation's order, each within its minutes (DUP-CON-1 to -4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from contracts.con import AcceptedDocument, Receipt
from contracts.package import PackageDocument, in_order, required_documents
from services._chassis.decider import Decider, Refused
from services.con.domain import rules
from services.con.domain.events import (
    ApplicationEvent,
    ApplicationRegistered,
    DeadlineMissed,
    FormFilled,
    PackageHandedIn,
    PackageIncomplete,
    Particulars,
    ReceiptIssued,
    Step,
)
from services.con.domain.state import Act, AtCounter, Nothing, State, TurnedAway, evolve

_LONGEST_VISIT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HandIn:
    """`number` is what a receipt of refusal carries; `called_at` starts the first act's minutes."""

    application_id: UUID
    particulars: Particulars
    presented: frozenset[PackageDocument]
    regulation: str
    operator: str
    number: str
    called_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Register:
    number: str
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FillForm:
    documents: tuple[AcceptedDocument, ...]
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueReceipt:
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PassDeadline:
    """The minutes of `step` are over."""

    step: str
    at: datetime


Command: TypeAlias = HandIn | Register | FillForm | IssueReceipt | PassDeadline

_HOW: Final = {
    Step.REGISTER: "/registration",
    Step.FILL_FORM: "/form",
    Step.ISSUE_RECEIPT: "/receipt",
}


def decide(command: Command, state: State) -> Sequence[ApplicationEvent]:
    match command:
        case HandIn():
            return _hand_in(command, state)
        case Register():
            return _register(command, state)
        case FillForm():
            return _fill_form(command, state)
        case IssueReceipt():
            return _issue_receipt(command, state)
        case PassDeadline():
            return _pass_deadline(command, state)
        case _:
            assert_never(command)


def _hand_in(command: HandIn, state: State) -> Sequence[ApplicationEvent]:
    if not isinstance(state, Nothing):
        return []  # the same package of the same person at the same instant
    if not timedelta() <= command.at - command.called_at <= _LONGEST_VISIT:
        raise Refused(
            "hand-in.called-at",
            "an applicant is called to the counter before handing in, and not more than a day before",
            field="/called_at",
            remedy="send the time when the applicant came to the counter, or leave it out to mean now",
        )
    missing = tuple(kind for kind in required_documents(command.particulars.reason) if kind not in command.presented)
    return [_incomplete(command, missing)] if missing else _complete(command)


def _incomplete(command: HandIn, missing: tuple[PackageDocument, ...]) -> PackageIncomplete:
    return PackageIncomplete(
        application_id=command.application_id,
        particulars=command.particulars,
        presented=in_order(command.presented),
        missing=missing,
        receipt=Receipt(number=command.number, operator=command.operator, issued_at=command.at),
        at=command.at,
    )


def _complete(command: HandIn) -> Sequence[ApplicationEvent]:
    called_at = command.called_at.astimezone(UTC)
    first = Act(Step.HAND_IN, called_at, rules.due_at(command.regulation, Step.HAND_IN, called_at))
    handed_in = PackageHandedIn(
        application_id=command.application_id,
        particulars=command.particulars,
        presented=in_order(command.presented),
        regulation=command.regulation,
        operator=command.operator,
        called_at=called_at,
        due_at=first.due_at,
        next_due_at=rules.due_at(command.regulation, Step.REGISTER, command.at),
        at=command.at,
    )
    return [handed_in, *_late(first, command.regulation, command.at)]


def _register(command: Register, state: State) -> Sequence[ApplicationEvent]:
    package, act = _turn(Step.REGISTER, state)
    if act.done_at:
        return []
    registered = ApplicationRegistered(
        number=command.number,
        operator=command.operator,
        next_due_at=rules.due_at(package.regulation, Step.FILL_FORM, command.at),
        at=command.at,
    )
    return [*_late(act, package.regulation, command.at), registered]


def _fill_form(command: FillForm, state: State) -> Sequence[ApplicationEvent]:
    package, act = _turn(Step.FILL_FORM, state)
    documents = tuple(sorted(command.documents, key=lambda each: each.kind))
    if act.done_at:
        _require_same(documents, package)
        return []
    _require_all_flagged(documents, package)
    filled = FormFilled(
        documents=documents,
        operator=command.operator,
        next_due_at=rules.due_at(package.regulation, Step.ISSUE_RECEIPT, command.at),
        at=command.at,
    )
    return [*_late(act, package.regulation, command.at), filled]


def _require_same(documents: tuple[AcceptedDocument, ...], package: AtCounter) -> None:
    if documents != package.documents:
        raise Refused(
            "form.already-filled",
            "the request form is filled once, and another one is on record",
            field="/documents",
            remedy="read the application: its documents stand as they were flagged and scanned",
        )


def _require_all_flagged(documents: tuple[AcceptedDocument, ...], package: AtCounter) -> None:
    if in_order(each.kind for each in documents) != package.presented:
        raise Refused(
            "form.documents-differ",
            "the request form has one line for each document that was handed in, and no other (DUP-CON-3)",
            field="/documents",
            remedy=f"send one line for each of {', '.join(package.presented)}",
        )
    # A damaged or outdated original is given up for its duplicate, so a scan alone does not do.
    if any(each.kind is PackageDocument.ORIGINAL_DOCUMENT and not each.paper_present for each in documents):
        raise Refused(
            "form.original-not-on-paper",
            "the original of a damaged document or of one in a former name is handed in on paper (EDGE-02)",
            field="/documents",
            remedy="take in the original and set its paper_present",
        )


def _issue_receipt(command: IssueReceipt, state: State) -> Sequence[ApplicationEvent]:
    package, act = _turn(Step.ISSUE_RECEIPT, state)
    if act.done_at or package.number is None:
        return []
    receipt = Receipt(number=package.number, operator=command.operator, issued_at=command.at)
    return [*_late(act, package.regulation, command.at), ReceiptIssued(receipt=receipt, at=command.at)]


def _pass_deadline(command: PassDeadline, state: State) -> Sequence[ApplicationEvent]:
    match state:
        case AtCounter(running=Act(step=step) as act) if step == command.step:
            return _late(act, state.regulation, command.at)
        case _:
            return []  # the act was done in the meantime


def _turn(step: Step, state: State) -> tuple[AtCounter, Act]:
    """The package and its act `step`, running or done. Raises Refused when its turn has not come or never will."""
    match state:
        case AtCounter():
            for act in state.acts:
                if act.step is step:
                    return state, act
            raise _out_of_order(step, state.acts[-1].step)
        case TurnedAway():
            raise Refused(
                "application.refused",
                "an incomplete package is refused before registration (DUP-GEN-6)",
                remedy="hand in a complete package with POST /applications",
            )
        case Nothing():
            raise Refused(
                "application.unknown",
                "an act at the counter concerns a package that was handed in",
                field="/path/application_id",
                remedy="hand in the package with POST /applications and use the id of the answer",
            )
        case _:
            assert_never(state)


def _out_of_order(step: Step, running: Step) -> Refused:
    return Refused(
        "application.out-of-order",
        f"each act starts on the output of the one before: {step} has to wait for {running}",
        remedy=f"do {running} first: POST /applications/{{application_id}}{_HOW[running]}",
    )


def _late(act: Act, regulation: str, at: datetime) -> Sequence[DeadlineMissed]:
    """The breach of a running act, unless there is none or it is on record. Also asked when the act is done: a jump
    of virtual time may bring the operator before the timer.
    """
    if act.missed or at <= act.due_at:
        return []
    limit = rules.limit_of(regulation, act.step)
    return [DeadlineMissed(step=act.step, limit=f"{limit.value} {limit.unit}", due_at=act.due_at, at=at)]


APPLICATION: Final = Decider[State, Command, ApplicationEvent](Nothing(), decide, evolve)
