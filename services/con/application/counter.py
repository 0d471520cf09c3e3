"""The acts at the counter, in the regulation's order, each within its minutes (DUP-CON-1 to -4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from contracts.con_applications import AcceptedDocument, PackageReceipt
from contracts.package import PackageDocument
from law.package import in_order, required_documents
from services._chassis.decider import Ignored, Refused
from services.con.application import terms
from services.con.application.acts import late, turn
from services.con.application.events import (
    ApplicationEvent,
    ApplicationRegistered,
    FormFilled,
    PackageHandedIn,
    PackageIncomplete,
    Particulars,
    ReceiptIssued,
    Step,
)
from services.con.application.state import Act, Nothing, Package, State

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


Command: TypeAlias = HandIn | Register | FillForm | IssueReceipt


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
        case _:
            assert_never(command)


def _hand_in(command: HandIn, state: State) -> Sequence[ApplicationEvent]:
    if not isinstance(state, Nothing):
        return Ignored("already-handed-in")  # the same package of the same person at the same instant
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
        receipt=PackageReceipt(number=command.number, operator=command.operator, issued_at=command.at),
        at=command.at,
    )


def _complete(command: HandIn) -> Sequence[ApplicationEvent]:
    called_at = command.called_at.astimezone(UTC)
    first = Act(Step.HAND_IN, called_at, terms.due_at(command.regulation, Step.HAND_IN, called_at))
    handed_in = PackageHandedIn(
        application_id=command.application_id,
        particulars=command.particulars,
        presented=in_order(command.presented),
        regulation=command.regulation,
        operator=command.operator,
        called_at=called_at,
        due_at=first.due_at,
        next_due_at=terms.due_at(command.regulation, Step.REGISTER, command.at),
        at=command.at,
    )
    return [handed_in, *late(first, command.regulation, command.at)]


def _register(command: Register, state: State) -> Sequence[ApplicationEvent]:
    package, act = turn(Step.REGISTER, state)
    if act.done_at:
        return Ignored("already-registered")
    registered = ApplicationRegistered(
        number=command.number,
        operator=command.operator,
        next_due_at=terms.due_at(package.regulation, Step.FILL_FORM, command.at),
        at=command.at,
    )
    return [*late(act, package.regulation, command.at), registered]


def _fill_form(command: FillForm, state: State) -> Sequence[ApplicationEvent]:
    package, act = turn(Step.FILL_FORM, state)
    documents = tuple(sorted(command.documents, key=lambda each: each.kind))
    if act.done_at:
        _require_same(documents, package)
        return Ignored("form-already-filled")
    _require_all_flagged(documents, package)
    filled = FormFilled(
        documents=documents,
        operator=command.operator,
        next_due_at=terms.due_at(package.regulation, Step.ISSUE_RECEIPT, command.at),
        at=command.at,
    )
    return [*late(act, package.regulation, command.at), filled]


def _require_same(documents: tuple[AcceptedDocument, ...], package: Package) -> None:
    if documents != package.documents:
        raise Refused(
            "form.already-filled",
            "the request form is filled once, and another one is on record",
            field="/documents",
            remedy="read the application: its documents stand as they were flagged and scanned",
        )


def _require_all_flagged(documents: tuple[AcceptedDocument, ...], package: Package) -> None:
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
    package, act = turn(Step.ISSUE_RECEIPT, state)
    if act.done_at or package.number is None:
        return Ignored("receipt-already-issued")
    receipt = PackageReceipt(number=package.number, operator=command.operator, issued_at=command.at)
    next_due_at = terms.due_at(package.regulation, Step.DISPATCH, command.at)
    issued = ReceiptIssued(receipt=receipt, next_due_at=next_due_at, at=command.at)
    return [*late(act, package.regulation, command.at), issued]
