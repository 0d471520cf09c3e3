"""Where a package stands: turned away, or at the counter with its acts, each in time or late."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from contracts.con import AcceptedDocument, Receipt
from contracts.package import PackageDocument
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


class Status(StrEnum):
    """Where a complete package stands. The last one waits for DUP-CON-5."""

    HANDED_IN = "handed-in"
    REGISTERED = "registered"
    FORM_FILLED = "form-filled"
    AWAITING_DISPATCH = "awaiting-dispatch"


_STATUS_AFTER: Final = dict(zip(Step, Status, strict=True))


@dataclass(frozen=True, slots=True)
class Act:
    """An act that runs (`done_at` is None) or is done; `missed` says that its breach is on record."""

    step: Step
    started_at: datetime
    due_at: datetime
    done_at: datetime | None = None
    missed: bool = False

    @property
    def met(self) -> bool | None:
        """Whether it was done in time; None while it still may be."""
        if self.missed:
            return False
        return None if self.done_at is None else self.done_at <= self.due_at


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing has been handed in under this id."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The package was incomplete. It has no number and no deadlines."""

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    missing: tuple[PackageDocument, ...]
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class AtCounter:
    """A complete package: `acts` are those done, in order, then the one that runs, if any does."""

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    regulation: str
    acts: tuple[Act, ...]
    number: str | None = None
    documents: tuple[AcceptedDocument, ...] = ()
    receipt: Receipt | None = None

    @property
    def status(self) -> Status:
        return _STATUS_AFTER[[act.step for act in self.acts if act.done_at][-1]]

    @property
    def running(self) -> Act | None:
        return self.acts[-1] if self.acts[-1].done_at is None else None


State: TypeAlias = Nothing | TurnedAway | AtCounter


def evolve(state: State, event: ApplicationEvent) -> State:  # noqa: PLR0911 - a table, one return a row
    match event, state:
        case PackageIncomplete(), _:
            return TurnedAway(event.application_id, event.particulars, event.presented, event.missing, event.receipt)
        case PackageHandedIn(), _:
            acts = (
                Act(Step.HAND_IN, event.called_at, event.due_at, event.at),
                Act(Step.REGISTER, event.at, event.next_due_at),
            )
            return AtCounter(event.application_id, event.particulars, event.presented, event.regulation, acts)
        case ApplicationRegistered(), AtCounter():
            return replace(_done(state, event.at, Step.FILL_FORM, event.next_due_at), number=event.number)
        case FormFilled(), AtCounter():
            return replace(_done(state, event.at, Step.ISSUE_RECEIPT, event.next_due_at), documents=event.documents)
        case ReceiptIssued(), AtCounter():
            return replace(state, receipt=event.receipt, acts=_finished(state.acts, event.at))
        case DeadlineMissed(), AtCounter():
            return replace(
                state, acts=tuple(replace(act, missed=act.missed or act.step == event.step) for act in state.acts)
            )
        case _:
            return state


def _done(state: AtCounter, at: datetime, following: Step, due_at: datetime) -> AtCounter:
    return replace(state, acts=(*_finished(state.acts, at), Act(following, at, due_at)))


def _finished(acts: tuple[Act, ...], at: datetime) -> tuple[Act, ...]:
    return (*acts[:-1], replace(acts[-1], done_at=at))
