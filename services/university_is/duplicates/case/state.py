"""A case as it stands, and what each of its events makes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias, TypeVar, assert_never
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
    """The refusal that the applicant is heard about, and the desk and step it comes from."""

    task: e.Task
    step: str
    refusal: Refusal
    held_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A hearing that was held; overturned where it was not `upheld`."""

    hearing: Hearing
    upheld: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """What the verification found; `record` is that of the register, none where a person found the data true."""

    note: str
    record: GraduateRecord | None


# How a case stands: one class per kind of status, so that none carries what another has.


@dataclass(frozen=True, slots=True)
class Examined:
    status: Literal[Status.OPENED, Status.REGISTERED, Status.VERIFIED]


@dataclass(frozen=True, slots=True)
class Returned:
    status: ClassVar[Literal[Status.RETURNED]] = Status.RETURNED


@dataclass(frozen=True, slots=True)
class ToBeHeard:
    status: ClassVar[Literal[Status.HEARING]] = Status.HEARING

    hearing: Hearing


@dataclass(frozen=True, slots=True)
class Considered:
    """`blanks` are those that were not spoilt, where some were."""

    status: ClassVar[Literal[Status.CONSIDERED]] = Status.CONSIDERED

    blanks: tuple[Blank, ...] = ()


@dataclass(frozen=True, slots=True)
class Short:
    status: ClassVar[Literal[Status.SHORT]] = Status.SHORT

    blanks: tuple[Blank, ...]
    short: tuple[BlankKind, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    status: ClassVar[Literal[Status.WAITING]] = Status.WAITING

    blanks: tuple[Blank, ...]
    short: tuple[BlankKind, ...]


@dataclass(frozen=True, slots=True)
class Preparing:
    status: ClassVar[Literal[Status.PREPARING]] = Status.PREPARING

    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The duplicate is there, and on its way to the applicant."""

    status: Literal[Status.UNANNOUNCED, Status.SENT_TO_CENTRE, Status.AT_CENTRE, Status.PREPARED]
    blanks: tuple[Blank, ...]
    withdrawal_declined: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """`number` is how many duplicates of the document there are with it; none until the document has answered."""

    status: ClassVar[Literal[Status.ISSUED]] = Status.ISSUED

    blanks: tuple[Blank, ...]
    collector: Collector | None
    number: int | None = None
    original_annulled: bool = False


@dataclass(frozen=True, slots=True)
class RefusedWith:
    """With what it held and waited for when it was refused: that goes back to the ledger."""

    status: ClassVar[Literal[Status.REFUSED]] = Status.REFUSED

    refusal: Refusal
    blanks: tuple[Blank, ...]
    short: tuple[BlankKind, ...]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    status: ClassVar[Literal[Status.WITHDRAWN]] = Status.WITHDRAWN


Stands: TypeAlias = (
    Examined
    | Returned
    | ToBeHeard
    | Considered
    | Short
    | Waiting
    | Preparing
    | Written
    | Issued
    | RefusedWith
    | Withdrawn
)
S = TypeVar("S", bound=Stands)


@dataclass(frozen=True, slots=True)
class Unopened:
    """No request has come for this application."""


@dataclass(frozen=True, slots=True)
class Case:
    """What every case has, and how it `stands`.

    `request` holds the particulars as last corrected, `opened` those that came first; `corrections` are what the applicant
    was last asked to correct, until the data are verified.
    """

    opened: e.Opened
    request: DuplicateRequest
    stands: Stands
    overall: StepRecord | None
    steps: tuple[StepRecord, ...] = ()
    notices: tuple[NoticeRecord, ...] = ()
    incoming_number: str | None = None
    reference: Reference | None = None
    heard: Heard | None = None
    corrections: tuple[Correction, ...] = ()
    returns: int = 0
    blank_requests: int = 0
    claimed: bool = False

    @property
    def status(self) -> Status:
        return self.stands.status

    @property
    def hearing(self) -> Hearing | None:
        """The last that was appointed."""
        if isinstance(self.stands, ToBeHeard):
            return self.stands.hearing
        return self.heard.hearing if self.heard else None

    @property
    def blanks(self) -> tuple[Blank, ...]:
        match self.stands:
            case Examined() | Returned() | ToBeHeard() | Withdrawn():
                return ()
            case holding:
                return holding.blanks

    @property
    def short(self) -> tuple[BlankKind, ...]:
        """What the ledger lacks for it."""
        return self.stands.short if isinstance(self.stands, Short | Waiting | RefusedWith) else ()

    @property
    def refusal(self) -> Refusal | None:
        return self.stands.refusal if isinstance(self.stands, RefusedWith) else None

    @property
    def issued(self) -> Issued | None:
        return self.stands if isinstance(self.stands, Issued) else None

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
    first = Examined(Status.OPENED if terms.step_of(event, e.Task.REGISTER) else Status.REGISTERED)
    return Case(event, event.request, first, overall if event.overall_due else None)


def _evolve(case: Case, event: e.CaseEvent) -> Case:  # noqa: C901, PLR0911, PLR0912 - one arm per event
    match event:
        case e.StepStarted():
            return replace(case, steps=(*case.steps, StepRecord(event.step, event.task, event.at, event.due_at)))
        case e.StepDropped():
            return replace(case, steps=tuple(each for each in case.steps if each.step != event.step or each.done))
        case e.Registered():
            return replace(case, stands=Examined(Status.REGISTERED), incoming_number=event.incoming_number)
        case e.Verified():
            reference = Reference(event.reference_note, event.record)
            return replace(case, stands=Examined(Status.VERIFIED), reference=reference, corrections=())
        case e.Returned():
            return replace(case, stands=Returned(), corrections=event.corrections, returns=case.returns + 1)
        case e.Corrected():
            corrected = {"specialty": event.specialty, "graduation_year": event.graduation_year}
            return replace(case, stands=Examined(Status.REGISTERED), request=case.request.model_copy(update=corrected))
        case e.Considered():
            return replace(case, stands=Considered())
        case e.BlanksShort(kinds=kinds):
            return replace(case, stands=Short(case.blanks, kinds))
        case e.BlanksRequested():
            return replace(case, stands=Waiting(case.blanks, case.short), blank_requests=case.blank_requests + 1)
        case e.BlanksNotSupplied(kinds=kinds, requests=requests, asked_again=again):
            return replace(case, stands=Waiting(case.blanks, kinds), blank_requests=requests + again)
        case e.BlanksReserved():
            blanks = sorted((*case.blanks, *event.blanks), key=lambda each: case.kinds.index(each.kind))
            return replace(case, stands=Preparing(tuple(blanks)))
        case e.BlanksSpoilt():
            return replace(case, stands=Considered(tuple(each for each in case.blanks if each not in event.blanks)))
        case e.Prepared():
            return _prepared(case, event)
        case e.Announced() | e.ReturnedFromCentre():
            return replace(case, stands=replace(_standing(case, Written), status=Status.PREPARED))
        case e.ReceivedAtCentre(at=at):
            return _overall_done(replace(case, stands=replace(_standing(case, Written), status=Status.AT_CENTRE)), at)
        case e.DocumentClaimed():
            return replace(case, claimed=True)
        case e.Issued(collector=collector):
            return replace(case, stands=Issued(case.blanks, collector))
        case e.IssueNumbered(number=number):
            return replace(case, stands=replace(_standing(case, Issued), number=number))
        case e.OriginalAnnulled():
            return replace(case, stands=replace(_standing(case, Issued), original_annulled=True))
        case e.Declined(refusal=refusal, at=at):
            return _overall_done(replace(case, stands=RefusedWith(refusal, case.blanks, case.short)), at)
        case e.HearingAppointed(task=task, step=step, refusal=refusal, held_at=held_at):
            return replace(case, stands=ToBeHeard(Hearing(task, step, refusal, held_at)))
        case e.HearingHeld(upheld=upheld):
            return replace(case, heard=Heard(_standing(case, ToBeHeard).hearing, upheld))
        case e.Withdrawn():
            return replace(case, stands=Withdrawn())
        case e.WithdrawalDeclined():
            return replace(case, stands=replace(_standing(case, Written), withdrawal_declined=True))
        case e.DeadlineMissed():
            return _with_open_step(case, event.step, steps.breached)
        case e.DeadlineNear():
            return _with_open_step(case, event.step, steps.warned)
        case e.RegisterConsulted() | e.ScheduleInfeasible() | e.Dispatched():
            return case
        case e.NoticeRaised() | e.NoticeResent() | e.NoticeForwarded() | e.NoticeDelivered() | e.NoticePosted():
            return _noticed(case, event)
        case e.Opened():
            raise TypeError("a case is opened once")
        case _:
            assert_never(event)


def _standing(case: Case, kind: type[S]) -> S:
    """How the case stands, where its last event can only follow one kind of status."""
    if not isinstance(case.stands, kind):
        raise TypeError(f"an event of a case that is {kind.__name__} follows one that left it {case.status}")
    return case.stands


def _prepared(case: Case, event: e.Prepared) -> Case:
    """Ready with the preparation (EDGE-20), but at the service centre only when the duplicate is there (DUP-CON-9)."""
    match case.opened.channel:
        case Channel.PORTAL:
            return _overall_done(replace(case, stands=Written(Status.PREPARED, case.blanks)), event.at)
        case Channel.PAPER:
            return _overall_done(replace(case, stands=Written(Status.UNANNOUNCED, case.blanks)), event.at)
        case Channel.CON:
            return replace(case, stands=Written(Status.SENT_TO_CENTRE, case.blanks))


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
