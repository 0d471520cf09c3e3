"""Where a package stands: turned away, or on its way from the counter to the hand-over, each act in time or late."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

from contracts.common import Collector, Correction, NoticeKind, Refusal
from contracts.con_applications import AcceptedDocument, PackageReceipt
from contracts.event import Event
from contracts.package import PackageDocument
from services.con.application import events as e
from services.con.application import terms
from services.con.application.events import ApplicationEvent, Particulars, Stage, Step


class Status(StrEnum):
    """Where a complete package stands."""

    HANDED_IN = "handed-in"
    REGISTERED = "registered"
    FORM_FILLED = "form-filled"
    AWAITING_DISPATCH = "awaiting-dispatch"
    DISPATCHED = "dispatched"
    AT_UNIVERSITY = "at-university"
    RETURNED = "returned-for-correction"
    DUPLICATE_DISPATCHED = "duplicate-dispatched"
    READY = "ready"
    SENT_BACK = "sent-back"
    BACK_AT_UNIVERSITY = "back-at-university"
    HANDED_OVER = "handed-over"
    ISSUED_AT_UNIVERSITY = "issued-at-university"
    DECLINED = "refused-by-university"
    WITHDRAWN = "withdrawn"


BEFORE_DISPATCH: Final = frozenset({Status.HANDED_IN, Status.REGISTERED, Status.FORM_FILLED, Status.AWAITING_DISPATCH})
UNPREPARED: Final = frozenset({Status.DISPATCHED, Status.AT_UNIVERSITY, Status.RETURNED})
ENDED: Final = frozenset({Status.HANDED_OVER, Status.ISSUED_AT_UNIVERSITY, Status.DECLINED, Status.WITHDRAWN})

NOTICES: Final[Mapping[type[Event], NoticeKind]] = MappingProxyType(
    {
        e.ReturnedForCorrection: NoticeKind.RETURNED_FOR_CORRECTION,
        e.WithdrawalDeclined: NoticeKind.WITHDRAWAL_DECLINED,
        e.Withdrawn: NoticeKind.WITHDRAWN,
        e.HearingAnnounced: NoticeKind.HEARING,
        e.Declined: NoticeKind.REFUSED,
        e.DuplicateArrived: NoticeKind.READY,
        e.Reminded: NoticeKind.REMINDER,
    }
)


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
    receipt: PackageReceipt


@dataclass(frozen=True, slots=True)
class Package:
    """A complete package: `acts` are those done, in order, then the one that runs, if any does.

    `particulars` are as handed in: they name the document that the application holds, whatever is corrected later.
    """

    application_id: UUID
    particulars: Particulars
    presented: tuple[PackageDocument, ...]
    regulation: str
    acts: tuple[Act, ...]
    status: Status = Status.HANDED_IN
    number: str | None = None
    documents: tuple[AcceptedDocument, ...] = ()
    receipt: PackageReceipt | None = None
    stage: Stage | None = None
    corrected: Particulars | None = None
    corrections: tuple[Correction, ...] = ()
    wishes_to_withdraw: bool = False
    refusal: Refusal | None = None
    hearing: e.HearingAnnounced | None = None
    waybill: str | None = None
    arrived_at: datetime | None = None
    send_back_at: datetime | None = None
    collector: Collector | None = None
    moved_at: datetime | None = None
    notified: tuple[tuple[NoticeKind, datetime], ...] = ()

    @property
    def running(self) -> Act | None:
        return self.acts[-1] if self.acts[-1].done_at is None else None

    @property
    def current(self) -> Particulars:
        """What the applicant asks for, as last corrected."""
        return self.corrected or self.particulars


State: TypeAlias = Nothing | TurnedAway | Package


def evolve(state: State, event: ApplicationEvent) -> State:
    match event, state:
        case e.PackageIncomplete(), _:
            return TurnedAway(event.application_id, event.particulars, event.presented, event.missing, event.receipt)
        case e.PackageHandedIn(), _:
            begun = (
                Act(Step.HAND_IN, event.called_at, event.due_at, event.at),
                Act(Step.REGISTER, event.at, event.next_due_at),
            )
            return Package(
                event.application_id, event.particulars, event.presented, event.regulation, begun, moved_at=event.at
            )
        case e.DeadlineMissed(), Package():
            acts = tuple(replace(act, missed=act.missed or act.step == event.step) for act in state.acts)
            return replace(state, acts=acts)
        case _, Package():
            return _told(_moved(state, event), event)
        case _:
            return state


def _moved(state: Package, event: ApplicationEvent) -> Package:  # noqa: C901, PLR0911 - a table, one return a row
    match event:
        case e.ApplicationRegistered():
            done = _done(state, event.at, Step.FILL_FORM, event.next_due_at)
            return replace(done, number=event.number, status=Status.REGISTERED)
        case e.FormFilled():
            done = _done(state, event.at, Step.ISSUE_RECEIPT, event.next_due_at)
            return replace(done, documents=event.documents, status=Status.FORM_FILLED)
        case e.ReceiptIssued():
            due_at = event.next_due_at or terms.due_at(state.regulation, Step.DISPATCH, event.at)
            done = _done(state, event.at, Step.DISPATCH, due_at)
            return replace(done, receipt=event.receipt, status=Status.AWAITING_DISPATCH)
        case e.Dispatched():
            return replace(state, status=Status.DISPATCHED, waybill=event.waybill)
        case e.Delivered():
            return replace(state, acts=_finished(state.acts, event.at), status=Status.AT_UNIVERSITY)
        case e.ProgressNoted():
            return replace(state, stage=event.stage)
        case e.ReturnedForCorrection():
            return replace(state, status=Status.RETURNED, corrections=event.corrections)
        case e.Corrected():
            changed = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            corrected = state.particulars.model_copy(update=changed)
            return replace(state, status=Status.AT_UNIVERSITY, corrected=corrected)
        case e.WithdrawalRequested():
            return replace(state, wishes_to_withdraw=True)
        case e.WithdrawalDeclined():
            return replace(state, wishes_to_withdraw=False)
        case _:
            return _duplicate_moved(state, event)


def _duplicate_moved(state: Package, event: ApplicationEvent) -> Package:  # noqa: PLR0911 - a table, one return a row
    match event:
        case e.DuplicateSent():
            return replace(state, status=Status.DUPLICATE_DISPATCHED, waybill=event.waybill)
        case e.DuplicateArrived():
            return replace(state, status=Status.READY, arrived_at=event.at, send_back_at=event.send_back_at)
        case e.HandedOver():
            act = Act(Step.HAND_OVER, event.came_at, event.due_at, event.at)
            return replace(state, acts=(*state.acts, act), status=Status.HANDED_OVER, collector=event.collector)
        case e.SentBack():
            return replace(state, status=Status.SENT_BACK, waybill=event.waybill)
        case e.Returned():
            return replace(state, status=Status.BACK_AT_UNIVERSITY)
        case e.IssuedAtUniversity():
            return replace(state, status=Status.ISSUED_AT_UNIVERSITY)
        case e.Withdrawn():
            return replace(_dropped(state), status=Status.WITHDRAWN, wishes_to_withdraw=False)
        case e.HearingAnnounced():
            return replace(state, hearing=event)
        case e.Declined():
            return replace(_dropped(state), status=Status.DECLINED, refusal=event.refusal, wishes_to_withdraw=False)
        case _:
            return state


def _told(state: Package, event: ApplicationEvent) -> Package:
    kind = NOTICES.get(type(event))
    state = replace(state, moved_at=event.at)
    return replace(state, notified=(*state.notified, (kind, event.at))) if kind else state


def _done(state: Package, at: datetime, following: Step, due_at: datetime) -> Package:
    return replace(state, acts=(*_finished(state.acts, at), Act(following, at, due_at)))


def _finished(acts: tuple[Act, ...], at: datetime) -> tuple[Act, ...]:
    return (*acts[:-1], replace(acts[-1], done_at=at))


def _dropped(state: Package) -> Package:
    """Without the act that ran: the application has ended, nobody has to do it any more."""
    return replace(state, acts=tuple(act for act in state.acts if act.done_at))
