"""The case of a duplicate, decided step by step as the regulation's channel says.

DUP-PAPER-1 to 7, DUP-CON-6 to 9, DUP-PORTAL-4 to 9.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never

from contracts.common import Channel, Correction, NoticeKind, Reason, Refusal, RefusalCode
from contracts.event import Text
from law.regulation import Regulation, governing, regulations
from services._chassis.decider import Decider, Ignored, Refused
from services.university_is.duplicates import terms
from services.university_is.duplicates.case import commands as c
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case import own_sample, verification
from services.university_is.duplicates.case.events import Task
from services.university_is.duplicates.case.notices import decide_notification, raised
from services.university_is.duplicates.case.state import (
    Case,
    Issued,
    Preparing,
    Returned,
    Short,
    State,
    Status,
    ToBeHeard,
    Unopened,
    Written,
    evolve,
)
from services.university_is.duplicates.case.supply import decide_supply
from services.university_is.duplicates.register.decide import GraduateRecord
from services.university_is.steps import StepRecord

_WAITS_IN: Final = {
    Task.REGISTER: Status.OPENED,
    Task.VERIFY: Status.REGISTERED,
    Task.CONSIDER: Status.VERIFIED,
    Task.HEAR: Status.HEARING,
    Task.REQUEST_BLANK: Status.SHORT,
    Task.PREPARE: Status.PREPARING,
    Task.NOTIFY_READY: Status.UNANNOUNCED,
    Task.HAND_OVER: Status.PREPARED,
}
_TASKS: Final = {status: task for task, status in _WAITS_IN.items()}


def decide(command: c.Command, state: State) -> Sequence[e.CaseEvent]:
    if isinstance(command, c.Open):
        return _open(command) if isinstance(state, Unopened) else Ignored("already-open")
    if isinstance(state, Unopened):
        raise Refused(
            "case.unknown",
            "no request of this application has come to the university",
            field="/application_id",
            remedy="wait until ESUVO has routed the request, or correct the application's id",
        )
    return _decide(command, state)


def _decide(command: c.Command, case: Case) -> Sequence[e.CaseEvent]:  # noqa: C901, PLR0911, PLR0912 - one arm per command
    match command:
        case c.Register():
            return _register(command, case)
        case c.ConsultRegister():
            return _consult(command, case)
        case c.Verify():
            return _verify(command, case)
        case c.Accept():
            return _accept(case, command.reference_note, command.at)
        case c.ReturnForCorrection():
            return _return(case, command.corrections, command.at)
        case c.Refuse():
            return _refuse(case, command.task, command.refusal, command.at)
        case c.Hear():
            return _hear(command, case)
        case c.Correct():
            return _correct(command, case)
        case c.Consider():
            return _consider(command, case)
        case c.TakeBlanks():
            return _take_blanks(command, case)
        case c.ReportShort():
            return _report_short(command, case)
        case c.RequestBlanks():
            return _request_blanks(command, case)
        case c.NoteSupply() | c.NoteSilence():
            return decide_supply(command, case)
        case c.Spoil():
            return _spoil(command, case)
        case c.Prepare():
            return _prepare(command, case)
        case c.Announce():
            return _announce(command, case)
        case c.NoteReceivedAtCentre() | c.NoteHandedOverAtCentre() | c.NoteReturnedFromCentre():
            return _at_centre(command, case)
        case c.Claim() | c.RefuseSecond() | c.NumberIssue() | c.NoteOriginalFound():
            return _about_document(command, case)
        case c.Remind():
            due = case.status is Status.PREPARED
            reminder = raised(case, NoticeKind.REMINDER, command.at) if due else []
            return reminder or Ignored("nobody-to-remind")
        case c.HandOver():
            return _hand_over(command, case)
        case c.Withdraw():
            return _withdraw(command, case)
        case c.WarnOfDeadline():
            return _warn_of_deadline(command, case)
        case c.MissDeadline():
            return _miss_deadline(command, case)
        case c.Resend() | c.NoteForwarded() | c.NoteDelivered() | c.NoteUndeliverable():
            return decide_notification(command, case)
        case c.Open():
            return Ignored("already-open")
        case _:
            assert_never(command)


def _open(command: c.Open) -> Sequence[e.CaseEvent]:
    calendar = terms.calendar(command.zone, command.week)
    filed_on = command.filed_at.astimezone(calendar.zone).date()
    regulation = regulations()[command.regulation] if command.regulation else governing(filed_on)
    opened = e.Opened(
        application_id=command.application_id,
        request=command.request,
        channel=command.channel,
        filed_at=command.filed_at,
        regulation=regulation.id,
        zone=command.zone,
        week=command.week,
        overall_due=terms.overall_due(regulation, command.channel, command.filed_at, calendar),
        at=command.at,
    )
    begin = Task.REGISTER if terms.step_of(opened, Task.REGISTER) else Task.VERIFY
    started = terms.start(opened, begin, command.at)
    if not started:
        raise Refused(
            "case.channel-unknown",
            f"{regulation.id} gives no university a step for what comes over {command.channel}",
            field="/channel",
            remedy="send the request over a channel of the regulation",
        )
    return [opened, *_infeasible(opened, regulation), *started]


def _infeasible(opened: e.Opened, regulation: Regulation) -> Sequence[e.ScheduleInfeasible]:
    over = terms.infeasible(regulation, opened.channel, opened.filed_at, opened.zone, opened.week)
    if over is None:
        return []
    return [e.ScheduleInfeasible(planned_end=over.planned.at, overall_due=over.term.at, at=opened.at)]


def _register(command: c.Register, case: Case) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.REGISTER, repeated=case.incoming_number == command.incoming_number):
        return Ignored("already-done")
    return [
        e.Registered(step=_step(case, Task.REGISTER), incoming_number=command.incoming_number, at=command.at),
        *terms.start(case.opened, Task.VERIFY, command.at),
        *raised(case, NoticeKind.REGISTERED, command.at),
    ]


def _consult(command: c.ConsultRegister, case: Case) -> Sequence[e.CaseEvent]:
    due = _is_due(case, Task.VERIFY, repeated=case.reference is not None or case.status is Status.RETURNED)
    return [e.RegisterConsulted(at=command.at)] if due else Ignored("already-done")


def _verify(command: c.Verify, case: Case) -> Sequence[e.CaseEvent]:
    match verification.assess(case.request, command.records, returned_before=case.returns > 0):
        case verification.Reliable(note, record):
            return _accept(case, note, command.at, record)
        case verification.Correctable(corrections):
            return _return(case, corrections, command.at)
        case verification.Unreliable(refusal):
            return _refuse(case, Task.VERIFY, refusal, command.at)


def _accept(case: Case, note: str, at: datetime, record: GraduateRecord | None = None) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.VERIFY, repeated=case.reference is not None):
        return Ignored("already-done")
    return _verified(case, _step(case, Task.VERIFY), note, at, record)


def _verified(
    case: Case, step: str, note: str, at: datetime, record: GraduateRecord | None = None
) -> Sequence[e.CaseEvent]:
    return [
        e.Verified(step=step, reference_note=note, record=record, at=at),
        *terms.start(case.opened, Task.CONSIDER, at),
    ]


def _return(case: Case, corrections: tuple[Correction, ...], at: datetime) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.VERIFY, repeated=case.status is Status.RETURNED):
        return Ignored("already-done")
    return [
        e.Returned(step=_step(case, Task.VERIFY), corrections=corrections, at=at),
        *raised(case, NoticeKind.RETURNED_FOR_CORRECTION, at, corrections=corrections),
    ]


def _refuse(case: Case, task: Task, refusal: Refusal, at: datetime) -> Sequence[e.CaseEvent]:
    """Where the regulation hears the applicant before a refusal, it is preliminary until then."""
    preliminary = case.hearing is not None and case.hearing.refusal == refusal
    if not _is_due(case, task, repeated=preliminary or case.refusal == refusal):
        return Ignored("already-done")
    held_at = terms.hearing_at(case.opened, at)
    if held_at is None:
        return _decline(case, _step(case, task), refusal, at)
    return [
        e.HearingAppointed(step=_step(case, task), task=task, refusal=refusal, held_at=held_at, at=at),
        *raised(case, NoticeKind.HEARING, at, refusal=refusal, held_at=held_at),
    ]


def _decline(case: Case, step: str, refusal: Refusal, at: datetime) -> Sequence[e.CaseEvent]:
    return [
        e.Declined(step=step, refusal=refusal, at=at),
        *raised(case, NoticeKind.REFUSED, at, refusal=refusal),
    ]


def _hear(command: c.Hear, case: Case) -> Sequence[e.CaseEvent]:
    if not isinstance(case.stands, ToBeHeard):
        return _not_due(case, Task.HEAR, repeated=case.heard is not None and case.heard.upheld is command.upheld)
    hearing = case.stands.hearing
    if command.at < hearing.held_at:
        raise Refused(
            "hearing.too-early",
            f"the applicant is heard from {hearing.held_at.isoformat()} on, as the notice said",
            field="/decision",
            remedy="decide after the hearing; GET /cases/{application_id} shows when it is",
        )
    held = e.HearingHeld(upheld=command.upheld, at=command.at)
    if command.upheld:
        return [held, *_decline(case, hearing.step, hearing.refusal, command.at)]
    if hearing.task is Task.VERIFY:
        return [held, *_verified(case, hearing.step, verification.note_after_hearing(case.request), command.at)]
    return [held, *_considered(case, hearing.step, command.at)]


def _correct(command: c.Correct, case: Case) -> Sequence[e.CaseEvent]:
    """The correction starts the verification again, with its whole term."""
    if case.ended:
        return Ignored("already-ended")
    if not isinstance(case.stands, Returned):
        raise Refused(
            "case.not-returned",
            f"the case is {case.status}: nothing was returned for correction",
            remedy="correct an application only after a notice that returns it",
        )
    corrected = e.Corrected(specialty=command.specialty, graduation_year=command.graduation_year, at=command.at)
    return [corrected, *terms.start(case.opened, Task.VERIFY, command.at)]


def _consider(command: c.Consider, case: Case) -> Sequence[e.CaseEvent]:
    due = _is_due(case, Task.CONSIDER, repeated=case.has_done(Task.CONSIDER) and not case.refusal)
    return _considered(case, _step(case, Task.CONSIDER), command.at) if due else Ignored("already-done")


def _considered(case: Case, step: str, at: datetime) -> Sequence[e.CaseEvent]:
    """Nothing may follow where blanks are needed: the ledger answers before any other is decided."""
    considered = e.Considered(step=step, at=at)
    if terms.needs_blanks(case.opened):
        return [considered]
    own = own_sample.forms(case.application_id, case.kinds)
    return [considered, *terms.start(case.opened, Task.PREPARE, at), e.BlanksReserved(blanks=own, at=at)]


def _take_blanks(command: c.TakeBlanks, case: Case) -> Sequence[e.CaseEvent]:
    """The preparation's term has run since the request to the Ministry, if there was one and no clock stood still (INC-21)."""
    reserved = e.BlanksReserved(blanks=command.blanks, at=command.at)
    match case.status:
        case Status.WAITING if terms.stands_still(case.opened):
            return [*_start_preparation(case, command.at), reserved]
        case Status.CONSIDERED:
            return [*_start_preparation(case, command.at), reserved]
        case Status.WAITING:
            return [reserved]
        case _:
            return Ignored("not-waiting-for-blanks")


def _report_short(command: c.ReportShort, case: Case) -> Sequence[e.CaseEvent]:
    if case.status is not Status.CONSIDERED:
        return Ignored("not-waiting-for-blanks")
    short = e.BlanksShort(kinds=command.kinds, at=command.at)
    return [short, *terms.start(case.opened, Task.REQUEST_BLANK, command.at)]


def _request_blanks(command: c.RequestBlanks, case: Case) -> Sequence[e.CaseEvent]:
    if not isinstance(case.stands, Short):
        return _not_due(case, Task.REQUEST_BLANK, repeated=case.status is Status.WAITING)
    requested = e.BlanksRequested(step=_step(case, Task.REQUEST_BLANK), kinds=case.stands.short, at=command.at)
    if terms.stands_still(case.opened):
        return [requested]
    return [requested, *_start_preparation(case, command.at)]


def _start_preparation(case: Case, at: datetime) -> Sequence[e.CaseEvent]:
    """The term of a preparation whose blank form was spoilt runs on (EDGE-13)."""
    return [] if case.under_way(Task.PREPARE) else terms.start(case.opened, Task.PREPARE, at)


def _spoil(command: c.Spoil, case: Case) -> Sequence[e.CaseEvent]:
    """Nothing may follow this event: the ledger answers it with others, or by queueing the case (EDGE-13)."""
    if not isinstance(case.stands, Preparing):
        return _not_due(case, Task.PREPARE, repeated=False)
    if not terms.needs_blanks(case.opened):
        raise Refused(
            "blank.own-sample",
            "the university prints its own forms: no ledger holds them, none is written off",
            field="/spoilt",
            remedy="print the form again, then POST /cases/{application_id}/preparation without `spoilt`",
        )
    spoilt = tuple(each for each in case.stands.blanks if each.serial in command.serials)
    foreign = sorted(set(command.serials) - {each.serial for each in spoilt})
    if foreign:
        raise Refused(
            "blank.not-of-this-case",
            f"{', '.join(foreign)}: only a blank form that is reserved for the case can be spoilt in its preparation",
            field="/spoilt",
            remedy="GET /cases/{application_id} shows the case's blanks; other serials: POST /universities/{code}/blanks",
        )
    return [e.BlanksSpoilt(blanks=spoilt, at=command.at)]


def _prepare(command: c.Prepare, case: Case) -> Sequence[e.CaseEvent]:
    """Each channel has its way to the applicant: a notice, a letter that is a step of its own, the courier (INC-22)."""
    if not isinstance(case.stands, Preparing):
        return _not_due(case, Task.PREPARE, repeated=_is_written(case))
    done = e.Prepared(step=_step(case, Task.PREPARE), blanks=case.stands.blanks, at=command.at)
    match case.opened.channel:
        case Channel.PORTAL:
            return [done, *raised(case, NoticeKind.READY, command.at)]
        case Channel.PAPER:
            return [done, *terms.start(case.opened, Task.NOTIFY_READY, command.at)]
        case Channel.CON:
            dispatched = e.Dispatched(waybill=terms.waybill(case.opened), at=command.at)
            return [done.model_copy(update={"step": ""}), dispatched]


def _announce(command: c.Announce, case: Case) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.NOTIFY_READY, repeated=case.has_done(Task.NOTIFY_READY)):
        return Ignored("already-done")
    announced = e.Announced(step=_step(case, Task.NOTIFY_READY), at=command.at)
    return [announced, *raised(case, NoticeKind.READY, command.at)]


def _hand_over(command: c.HandOver, case: Case) -> Sequence[e.CaseEvent]:
    """The step begins when the applicant comes: nobody has to wait for one who does not (EDGE-18).

    Nothing may follow the issue: the document answers it with its number before any other is decided (EDGE-24).
    """
    if not _is_due(case, Task.HAND_OVER, repeated=case.status is Status.ISSUED):
        return Ignored("already-done")
    if not command.collector.authorised(command.at.astimezone(case.calendar.zone).date()):
        raise Refused(
            "collector.power-of-attorney",
            "a representative collects by name, with a notarised power of attorney that is in force (EDGE-19)",
            field="/collector/power_of_attorney",
            remedy="state the representative's name and the notarised power of attorney in force today, "
            "or hand the duplicate to the applicant",
        )
    started = terms.start(case.opened, Task.HAND_OVER, command.at)
    step = started[0].step if started else ""
    return [*started, e.Issued(step=step, blanks=case.blanks, collector=command.collector, at=command.at)]


def _at_centre(
    command: c.NoteReceivedAtCentre | c.NoteHandedOverAtCentre | c.NoteReturnedFromCentre, case: Case
) -> Sequence[e.CaseEvent]:
    """What the service centre says of a duplicate that was sent to it; anything else it says has been said before."""
    match command, case.status:
        case c.NoteReceivedAtCentre(at=at), Status.SENT_TO_CENTRE:
            return [e.ReceivedAtCentre(step=_step(case, Task.PREPARE), at=at)]
        case c.NoteReturnedFromCentre(at=at), Status.AT_CENTRE:
            return [e.ReturnedFromCentre(at=at)]
        case c.NoteHandedOverAtCentre(collector=collector, at=at), Status.AT_CENTRE:
            return [e.Issued(step="", blanks=case.blanks, collector=collector, at=at)]
        case _ if _is_written(case):
            return Ignored("already-said")
    raise Refused(
        "case.no-duplicate",
        f"the case is {case.status}: no duplicate of it was sent to a service centre",
        field="/data/application_id",
        remedy="send the id of an application whose DuplicateDispatched came over university.cases.v1",
    )


def _about_document(
    command: c.Claim | c.RefuseSecond | c.NumberIssue | c.NoteOriginalFound, case: Case
) -> Sequence[e.CaseEvent]:
    match command:
        case c.Claim(at=at):
            if case.claimed:
                return Ignored("already-claimed")
            return Ignored("already-ended") if case.ended else [e.DocumentClaimed(at=at)]
        case c.RefuseSecond():
            return _refuse_second(command, case)
        case c.NumberIssue(number=number, at=at):
            return _number_issue(case, number, at)
        case c.NoteOriginalFound(at=at):
            return _annul_original(case, at)


def _number_issue(case: Case, number: int, at: datetime) -> Sequence[e.CaseEvent]:
    if case.issued is None:
        return Ignored("not-issued")
    if case.issued.number is not None:
        return Ignored("already-numbered")
    return [e.IssueNumbered(number=number, at=at), *raised(case, NoticeKind.ISSUED, at)]


def _refuse_second(command: c.RefuseSecond, case: Case) -> Sequence[e.CaseEvent]:
    """Whatever desk the case lies at; but a duplicate that is written is issued (EDGE-11)."""
    if case.ended or _is_written(case):
        return Ignored("already-decided")
    refusal = already_open(command.first)
    return [
        *_dropped(case, command.at),
        e.Declined(step="", refusal=refusal, at=command.at),
        *raised(case, NoticeKind.REFUSED, command.at, refusal=refusal),
    ]


def already_open(first: str) -> Refusal:
    """`first` is the number of the application that is open for the document."""
    return Refusal(
        code=RefusalCode.ALREADY_OPEN,
        reason=Text(
            kk=f"осы құжат бойынша дәл осы негізбен № {first} өтініш қаралып жатыр",
            ru=f"по этому документу с тем же основанием уже рассматривается заявление № {first}",
            en=f"application No {first} is already open for this document and reason",
        ),
    )


def _annul_original(case: Case, at: datetime) -> Sequence[e.CaseEvent]:
    if case.issued and case.issued.original_annulled:
        return Ignored("already-annulled")
    if case.issued is None or case.request.reason is not Reason.LOSS:
        raise Refused(
            "case.no-lost-original",
            f"the case is {case.status}, its reason is {case.request.reason}; an original is annulled when it was lost "
            "and its duplicate has been issued (EDGE-25)",
            field="/application_id",
            remedy="name an issued case of the reason loss; one still open is withdrawn when its original is found",
        )
    return [e.OriginalAnnulled(at=at)]


def _dropped(case: Case, at: datetime) -> Sequence[e.CaseEvent]:
    return [e.StepDropped(step=each.step, at=at) for each in case.steps if each.done is None]


def _withdraw(command: c.Withdraw, case: Case) -> Sequence[e.CaseEvent]:
    """Allowed until the duplicate is prepared (EDGE-21)."""
    if case.ended:
        return Ignored("already-ended")
    if isinstance(case.stands, Written):
        if case.stands.withdrawal_declined:
            return Ignored("already-declined")
        return [e.WithdrawalDeclined(at=command.at), *raised(case, NoticeKind.WITHDRAWAL_DECLINED, command.at)]
    withdrawn = e.Withdrawn(at=command.at)
    return [*_dropped(case, command.at), withdrawn, *raised(case, NoticeKind.WITHDRAWN, command.at)]


def _warn_of_deadline(command: c.WarnOfDeadline, case: Case) -> Sequence[e.CaseEvent]:
    near = [
        e.DeadlineNear(step=each.step, due_at=each.due, at=command.at)
        for each in _open_deadlines(case, command.step)
        if each.due and not each.warned and not case.ended
    ]
    return near or Ignored("step-is-over")


def _miss_deadline(command: c.MissDeadline, case: Case) -> Sequence[e.CaseEvent]:
    missed = [
        e.DeadlineMissed(
            step=each.step,
            limit=terms.limit_in_words(case.opened, each.step),
            counting=terms.counting_in_words(case.opened),
            due_at=each.due,
            at=command.at,
        )
        for each in _open_deadlines(case, command.step)
        if each.due and not each.breached and not case.ended
    ]
    return missed or Ignored("step-is-over")


def _open_deadlines(case: Case, step: str) -> list[StepRecord]:
    records = [*case.steps, case.overall] if case.overall else list(case.steps)
    return [each for each in records if each.step == step and each.done is None]


def _step(case: Case, task: Task) -> str:
    step = case.under_way(task)
    return step.step if step else ""


def _is_written(case: Case) -> bool:
    return isinstance(case.stands, Written | Issued)


def awaits(state: State, task: Task) -> bool:
    """Whether the case lies at that desk."""
    return isinstance(state, Case) and state.status is _WAITS_IN[task]


def task_of(case: Case) -> StepRecord | None:
    """What a desk of the university has to do now, with its term; None while the case waits for others."""
    task = _TASKS.get(case.status)
    if task is None:
        return None
    if task is Task.HEAR:  # of the desk that means to refuse, whose step it ends
        return next((replace(each, task=task) for each in case.steps if each.done is None), None)
    record = case.under_way(task)
    if record or not case.steps:
        return record
    step = terms.step_of(case.opened, task)  # it begins when the applicant comes, and until then has no term
    return StepRecord(step.id, task, case.steps[-1].done or case.steps[-1].started, None) if step else None


def _is_due(case: Case, task: Task, *, repeated: bool) -> bool:
    """Whether the task is to be done now; False when this very thing has been done. Raises Refused otherwise."""
    if awaits(case, task):
        return True
    _not_due(case, task, repeated=repeated)
    return False


def _not_due(case: Case, task: Task, *, repeated: bool) -> Ignored:
    if repeated:
        return Ignored("already-done")
    raise Refused(
        "case.not-at-this-desk",
        f"the case is {case.status}; the task {task} is for a case that is {_WAITS_IN[task]}",
        field="/application_id",
        remedy="GET /cases/{application_id} shows which step is under way",
    )


CASE: Final = Decider[State, c.Command, e.CaseEvent](Unopened(), decide, evolve)
