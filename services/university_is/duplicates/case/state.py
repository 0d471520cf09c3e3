"""A case as it stands, and what each of its events makes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from contracts.common import (
    BLANKS_FOR,
    Blank,
    BlankKind,
    Channel,
    Collector,
    Correction,
    DuplicateRequest,
    NoticeKind,
    Refusal,
)
from law.regulation import WorkCalendar
from services._chassis.decider import Refused
from services.university_is import steps
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.register.decide import GraduateRecord
from services.university_is.steps import StepRecord


class Status(StrEnum):
    """Where the case lies; the desk that must act is in the comment."""

    OPENED = "opened"  # chancellery
    REGISTERED = "registered"  # academic affairs verifies
    RETURNED = "returned"  # the applicant corrects
    VERIFIED = "verified"  # management
    HEARING = "hearing"  # the desk that means to refuse hears the applicant first
    CONSIDERED = "considered"  # nobody: the ledger answers at once
    SHORT = "short"  # academic affairs asks the Ministry
    WAITING = "waiting"  # the Ministry supplies
    PREPARING = "preparing"  # academic affairs writes the duplicate
    UNANNOUNCED = "unannounced"  # academic affairs writes to the applicant
    SENT_TO_CENTRE = "sent-to-centre"  # the courier carries the duplicate
    AT_CENTRE = "at-centre"  # the applicant collects at the service centre
    PREPARED = "prepared"  # the applicant collects
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


ENDS = frozenset({Status.ISSUED, Status.REFUSED, Status.WITHDRAWN})


class NoticeState(StrEnum):
    SENT = "sent"
    FORWARDED = "forwarded"
    DELIVERED = "delivered"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    number: int
    kind: NoticeKind
    at: datetime
    refusal: Refusal | None
    corrections: tuple[Correction, ...]
    attempts: int = 1
    state: NoticeState = NoticeState.SENT
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """The refusal that the applicant is heard about; `upheld` None until then."""

    task: e.Task
    step: str
    refusal: Refusal
    held_at: datetime
    upheld: bool | None = None


@dataclass(frozen=True, slots=True)
class Unopened:
    """No request has come for this application."""


@dataclass(frozen=True, slots=True)
class Case:
    """`request` holds the particulars as last corrected; `opened` those that came first."""

    opened: e.Opened
    request: DuplicateRequest
    status: Status
    overall: StepRecord | None
    steps: tuple[StepRecord, ...] = ()
    notices: tuple[NoticeRecord, ...] = ()
    incoming_number: str | None = None
    reference_note: str | None = None
    record: GraduateRecord | None = None
    corrections: tuple[Correction, ...] = ()
    returns: int = 0
    short: tuple[BlankKind, ...] = ()
    blank_requests: int = 0
    blanks: tuple[Blank, ...] = ()
    refusal: Refusal | None = None
    hearing: Hearing | None = None
    withdrawal_declined: bool = False
    claimed: bool = False
    collector: Collector | None = None
    issue_number: int | None = None
    original_annulled: bool = False

    @property
    def application_id(self) -> UUID:
        return self.opened.application_id

    @property
    def university(self) -> str:
        return self.request.university

    @property
    def calendar(self) -> WorkCalendar:
        return terms.calendar(self.opened.zone, self.opened.week)

    @property
    def ended(self) -> bool:
        return self.status in ENDS

    @property
    def kinds(self) -> tuple[BlankKind, ...]:
        """The blank forms that the duplicate needs: both or none for a diploma with supplement."""
        return BLANKS_FOR[self.request.document_kind]

    def under_way(self, task: e.Task) -> StepRecord | None:
        """The open step of that task."""
        return steps.under_way(self.steps, task)

    def has_done(self, task: e.Task) -> bool:
        return any(each.task == task and each.done for each in self.steps)

    def notice(self, number: int) -> NoticeRecord:
        return self.notices[number - 1]


State: TypeAlias = Unopened | Case


def evolve(state: State, event: e.CaseEvent) -> State:
    if isinstance(event, e.Opened):
        return _opened(event)
    if isinstance(state, Unopened):
        raise TypeError(f"{event.name} in a stream that does not begin with {e.Opened.name}")
    return _evolve(_with_step_done(state, event), event)


def _opened(event: e.Opened) -> Case:
    # The term of the whole service ends with the duplicate's preparation: readiness, not collection (EDGE-20).
    overall = StepRecord(terms.OVERALL, e.Task.PREPARE, event.filed_at, event.overall_due)
    # A package from the service centre is registered there already (INC-08): the university begins with verifying it.
    status = Status.OPENED if terms.step_of(event, e.Task.REGISTER) else Status.REGISTERED
    return Case(event, event.request, status, overall if event.overall_due else None)


def _evolve(case: Case, event: e.CaseEvent) -> Case:  # noqa: C901, PLR0911, PLR0912 - one arm per event
    match event:
        case e.StepStarted():
            return replace(case, steps=(*case.steps, StepRecord(event.step, event.task, event.at, event.due_at)))
        case e.StepDropped():
            return replace(case, steps=tuple(each for each in case.steps if each.step != event.step or each.done))
        case e.Registered():
            return replace(case, status=Status.REGISTERED, incoming_number=event.incoming_number)
        case e.Verified():
            return replace(
                case, status=Status.VERIFIED, reference_note=event.reference_note, record=event.record, corrections=()
            )
        case e.Returned():
            return replace(case, status=Status.RETURNED, corrections=event.corrections, returns=case.returns + 1)
        case e.Corrected():
            corrected = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            return replace(case, status=Status.REGISTERED, request=case.request.model_copy(update=corrected))
        case e.Considered():
            return replace(case, status=Status.CONSIDERED)
        case e.BlanksShort():
            return replace(case, status=Status.SHORT, short=event.kinds)
        case e.BlanksRequested():
            return replace(case, status=Status.WAITING, blank_requests=case.blank_requests + 1)
        case e.BlanksNotSupplied():
            return replace(case, short=event.kinds, blank_requests=event.requests + event.asked_again)
        case e.BlanksReserved():
            blanks = sorted((*case.blanks, *event.blanks), key=lambda each: case.kinds.index(each.kind))
            return replace(case, status=Status.PREPARING, blanks=tuple(blanks), short=())
        case e.BlanksSpoilt():
            kept = tuple(each for each in case.blanks if each not in event.blanks)
            return replace(case, status=Status.CONSIDERED, blanks=kept)
        case e.Prepared():
            return _prepared(case, event)
        case e.Announced() | e.ReturnedFromCentre():
            return replace(case, status=Status.PREPARED)
        case e.Dispatched():
            return case
        case e.ReceivedAtCentre():
            return _overall_done(replace(case, status=Status.AT_CENTRE), event.at)
        case e.DocumentClaimed():
            return replace(case, claimed=True)
        case e.IssueNumbered():
            return replace(case, issue_number=event.number)
        case e.OriginalAnnulled():
            return replace(case, original_annulled=True)
        case e.Issued():
            return replace(case, status=Status.ISSUED, collector=event.collector)
        case e.Declined():
            return _overall_done(replace(case, status=Status.REFUSED, refusal=event.refusal), event.at)
        case e.HearingAppointed(task=task, step=step, refusal=refusal, held_at=held_at):
            return replace(case, status=Status.HEARING, hearing=Hearing(task, step, refusal, held_at))
        case e.HearingHeld(upheld=upheld) if case.hearing:
            return replace(case, hearing=replace(case.hearing, upheld=upheld))
        case e.Withdrawn():
            return replace(case, status=Status.WITHDRAWN, blanks=(), short=())
        case e.WithdrawalDeclined():
            return replace(case, withdrawal_declined=True)
        case e.DeadlineMissed():
            return _with_open_step(case, event.step, steps.breached)
        case e.DeadlineNear():
            return _with_open_step(case, event.step, steps.warned)
        case e.RegisterConsulted() | e.ScheduleInfeasible() | e.HearingHeld():
            return case
        case e.NoticeRaised() | e.NoticeResent() | e.NoticeForwarded() | e.NoticeDelivered() | e.NoticePosted():
            return _noticed(case, event)
        case e.Opened():
            raise TypeError("a case is opened once")
        case _:
            assert_never(event)


def _prepared(case: Case, event: e.Prepared) -> Case:
    """Ready with the preparation (EDGE-20), but at the service centre only when the duplicate is there (DUP-CON-9)."""
    match case.opened.channel:
        case Channel.PORTAL:
            return _overall_done(replace(case, status=Status.PREPARED), event.at)
        case Channel.PAPER:
            return _overall_done(replace(case, status=Status.UNANNOUNCED), event.at)
        case Channel.CON:
            return replace(case, status=Status.SENT_TO_CENTRE)


def _noticed(
    case: Case,
    event: e.NoticeRaised | e.NoticeResent | e.NoticeForwarded | e.NoticeDelivered | e.NoticePosted,
) -> Case:
    if isinstance(event, e.NoticeRaised):
        record = NoticeRecord(
            event.number, event.kind, event.at, event.refusal, event.corrections, held_at=event.held_at
        )
        return replace(case, notices=(*case.notices, record))
    before = case.notice(event.number)
    match event:
        case e.NoticeResent():
            after = replace(before, attempts=event.attempt)
        case e.NoticeForwarded():
            after = replace(before, state=NoticeState.FORWARDED)
        case e.NoticeDelivered():
            after = replace(before, state=NoticeState.DELIVERED)
        case e.NoticePosted():
            after = replace(before, state=NoticeState.POSTED)
        case _:
            assert_never(event)
    return replace(case, notices=tuple(after if each is before else each for each in case.notices))


def _with_step_done(case: Case, event: e.CaseEvent) -> Case:
    if not isinstance(event, e.StepDone):
        return case
    return replace(case, steps=steps.with_open(case.steps, event.step, steps.done(event.at)))


def _overall_done(case: Case, at: datetime) -> Case:
    return replace(case, overall=replace(case.overall, done=at)) if case.overall else case


def _with_open_step(case: Case, step: str, change: Callable[[StepRecord], StepRecord]) -> Case:
    if case.overall and step == terms.OVERALL:
        return replace(case, overall=change(case.overall))
    return replace(case, steps=steps.with_open(case.steps, step, change))


def vouch(state: State, channel: Channel, university: str) -> None:
    """Whoever speaks of a case speaks over its own channel and of its own university; refuses others' words."""
    if not isinstance(state, Case):
        return
    if state.opened.channel is not channel:
        raise Refused(
            "case.other-channel",
            f"the application came over {state.opened.channel}, and what comes over {channel} is not about it",
            field="/data/application_id",
            remedy="let the applicant speak where the application was handed in",
        )
    if state.university != university:
        raise Refused(
            "case.other-university",
            f"the case is of university {state.university}, not of {university}",
            field="/data/university",
            remedy="name the university that the application was filed for",
        )
