"""The case of a duplicate, decided step by step as the regulation's channel says (DUP-PORTAL-4 to 9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from contracts.common import Correction, NoticeKind, Refusal
from contracts.regulation import Regulation, governing
from services._chassis.decider import Decider, Refused
from services.university_is.domain import commands as c
from services.university_is.domain import events as e
from services.university_is.domain import own_sample, terms, verification
from services.university_is.domain.events import Task
from services.university_is.domain.notification import decide_notification, raised
from services.university_is.domain.state import Case, State, Status, StepRecord, Unopened, evolve

_WAITS_IN: Final = {
    Task.REGISTER: Status.OPENED,
    Task.VERIFY: Status.REGISTERED,
    Task.CONSIDER: Status.VERIFIED,
    Task.HEAR: Status.HEARING,
    Task.REQUEST_BLANK: Status.SHORT,
    Task.PREPARE: Status.PREPARING,
    Task.HAND_OVER: Status.PREPARED,
}
_WITH_DUPLICATE: Final = frozenset({Status.PREPARED, Status.ISSUED})


def decide(command: c.Command, state: State) -> Sequence[e.CaseEvent]:
    if isinstance(command, c.Open):
        return _open(command) if isinstance(state, Unopened) else []
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
        case c.Prepare():
            return _prepare(command, case)
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
            return []
        case _:
            assert_never(command)


def _open(command: c.Open) -> Sequence[e.CaseEvent]:
    calendar = terms.calendar(command.zone, command.week)
    regulation = governing(command.filed_at.astimezone(calendar.zone).date())
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
    started = terms.start(opened, Task.REGISTER, command.at)
    if not started:
        raise Refused(
            "case.channel-unknown",
            f"{regulation.id} lets no university register what comes over {command.channel}",
            field="/channel",
            remedy="send the request over a channel that begins at the university's chancellery",
        )
    return [opened, *_infeasible(opened, regulation), *started]


def _infeasible(opened: e.Opened, regulation: Regulation) -> Sequence[e.ScheduleInfeasible]:
    over = terms.infeasible(regulation, opened.channel, opened.filed_at, opened.zone, opened.week)
    if over is None:
        return []
    return [e.ScheduleInfeasible(planned_end=over.planned.at, overall_due=over.term.at, at=opened.at)]


def _register(command: c.Register, case: Case) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.REGISTER, repeated=case.incoming_number == command.incoming_number):
        return []
    return [
        e.Registered(step=_step(case, Task.REGISTER), incoming_number=command.incoming_number, at=command.at),
        *terms.start(case.opened, Task.VERIFY, command.at),
        raised(case, NoticeKind.REGISTERED, command.at),
    ]


def _consult(command: c.ConsultRegister, case: Case) -> Sequence[e.CaseEvent]:
    due = _is_due(case, Task.VERIFY, repeated=case.reference_note is not None or case.status is Status.RETURNED)
    return [e.RegisterConsulted(at=command.at)] if due else []


def _verify(command: c.Verify, case: Case) -> Sequence[e.CaseEvent]:
    match verification.assess(case.request, command.records, returned_before=case.returns > 0):
        case verification.Reliable(note):
            return _accept(case, note, command.at)
        case verification.Correctable(corrections):
            return _return(case, corrections, command.at)
        case verification.Unreliable(refusal):
            return _refuse(case, Task.VERIFY, refusal, command.at)


def _accept(case: Case, note: str, at: datetime) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.VERIFY, repeated=case.reference_note is not None):
        return []
    return _verified(case, _step(case, Task.VERIFY), note, at)


def _verified(case: Case, step: str, note: str, at: datetime) -> Sequence[e.CaseEvent]:
    return [e.Verified(step=step, reference_note=note, at=at), *terms.start(case.opened, Task.CONSIDER, at)]


def _return(case: Case, corrections: tuple[Correction, ...], at: datetime) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.VERIFY, repeated=case.status is Status.RETURNED):
        return []
    return [
        e.Returned(step=_step(case, Task.VERIFY), corrections=corrections, at=at),
        raised(case, NoticeKind.RETURNED_FOR_CORRECTION, at, corrections=corrections),
    ]


def _refuse(case: Case, task: Task, refusal: Refusal, at: datetime) -> Sequence[e.CaseEvent]:
    """Where the regulation hears the applicant before a refusal, it is preliminary until then."""
    preliminary = case.hearing is not None and case.hearing.refusal == refusal
    if not _is_due(case, task, repeated=preliminary or case.refusal == refusal):
        return []
    held_at = terms.hearing_at(case.opened, at)
    if held_at is None:
        return _decline(case, _step(case, task), refusal, at)
    return [
        e.HearingAppointed(step=_step(case, task), task=task, refusal=refusal, held_at=held_at, at=at),
        raised(case, NoticeKind.HEARING, at, refusal=refusal, held_at=held_at),
    ]


def _decline(case: Case, step: str, refusal: Refusal, at: datetime) -> Sequence[e.CaseEvent]:
    return [
        e.Declined(step=step, refusal=refusal, at=at),
        raised(case, NoticeKind.REFUSED, at, refusal=refusal),
    ]


def _hear(command: c.Hear, case: Case) -> Sequence[e.CaseEvent]:
    hearing = case.hearing
    decided = hearing is not None and hearing.upheld is command.upheld
    if not _is_due(case, Task.HEAR, repeated=decided) or hearing is None:
        return []
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
        return []
    if case.status is not Status.RETURNED:
        raise Refused(
            "case.not-returned",
            f"the case is {case.status}: nothing was returned for correction",
            remedy="correct an application only after a notice that returns it",
        )
    corrected = e.Corrected(specialty=command.specialty, graduation_year=command.graduation_year, at=command.at)
    return [corrected, *terms.start(case.opened, Task.VERIFY, command.at)]


def _consider(command: c.Consider, case: Case) -> Sequence[e.CaseEvent]:
    due = _is_due(case, Task.CONSIDER, repeated=case.has_done(Task.CONSIDER) and not case.refusal)
    return _considered(case, _step(case, Task.CONSIDER), command.at) if due else []


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
            return [*terms.start(case.opened, Task.PREPARE, command.at), reserved]
        case Status.CONSIDERED:
            return [*terms.start(case.opened, Task.PREPARE, command.at), reserved]
        case Status.WAITING:
            return [reserved]
        case _:
            return []


def _report_short(command: c.ReportShort, case: Case) -> Sequence[e.CaseEvent]:
    if case.status is not Status.CONSIDERED:
        return []
    short = e.BlanksShort(kinds=command.kinds, at=command.at)
    return [short, *terms.start(case.opened, Task.REQUEST_BLANK, command.at)]


def _request_blanks(command: c.RequestBlanks, case: Case) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.REQUEST_BLANK, repeated=case.status is Status.WAITING):
        return []
    requested = e.BlanksRequested(step=_step(case, Task.REQUEST_BLANK), kinds=case.short, at=command.at)
    if terms.stands_still(case.opened):
        return [requested]
    return [requested, *terms.start(case.opened, Task.PREPARE, command.at)]


def _prepare(command: c.Prepare, case: Case) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.PREPARE, repeated=case.status in _WITH_DUPLICATE):
        return []
    return [
        e.Prepared(step=_step(case, Task.PREPARE), blanks=case.blanks, at=command.at),
        raised(case, NoticeKind.READY, command.at),
    ]


def _hand_over(command: c.HandOver, case: Case) -> Sequence[e.CaseEvent]:
    """The step begins when the applicant comes: nobody has to wait for one who does not (EDGE-18)."""
    if not _is_due(case, Task.HAND_OVER, repeated=case.status is Status.ISSUED):
        return []
    started = terms.start(case.opened, Task.HAND_OVER, command.at)
    return [
        *started,
        e.Issued(step=started[0].step if started else "", blanks=case.blanks, at=command.at),
        raised(case, NoticeKind.ISSUED, command.at),
    ]


def _withdraw(command: c.Withdraw, case: Case) -> Sequence[e.CaseEvent]:
    """Allowed until the duplicate is prepared (EDGE-21)."""
    if case.ended or case.withdrawal_declined:
        return []
    if case.status is Status.PREPARED:
        declined = raised(case, NoticeKind.WITHDRAWAL_DECLINED, command.at)
        return [e.WithdrawalDeclined(at=command.at), declined]
    dropped = [e.StepDropped(step=each.step, at=command.at) for each in case.steps if each.done is None]
    return [*dropped, e.Withdrawn(at=command.at), raised(case, NoticeKind.WITHDRAWN, command.at)]


def _warn_of_deadline(command: c.WarnOfDeadline, case: Case) -> Sequence[e.CaseEvent]:
    return [
        e.DeadlineNear(step=each.step, due_at=each.due, at=command.at)
        for each in _open_deadlines(case, command.step)
        if each.due and not each.warned and not case.ended
    ]


def _miss_deadline(command: c.MissDeadline, case: Case) -> Sequence[e.CaseEvent]:
    return [
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


def _open_deadlines(case: Case, step: str) -> list[StepRecord]:
    records = [*case.steps, case.overall] if case.overall else list(case.steps)
    return [each for each in records if each.step == step and each.done is None]


def _step(case: Case, task: Task) -> str:
    step = case.under_way(task)
    return step.step if step else ""


def awaits(state: State, task: Task) -> bool:
    """Whether the case lies at that desk."""
    return isinstance(state, Case) and state.status is _WAITS_IN[task]


def _is_due(case: Case, task: Task, *, repeated: bool) -> bool:
    """Whether the task is to be done now; False when this very thing has been done. Raises Refused otherwise."""
    if awaits(case, task):
        return True
    if repeated:
        return False
    raise Refused(
        "case.not-at-this-desk",
        f"the case is {case.status}; the task {task} is for a case that is {_WAITS_IN[task]}",
        field="/application_id",
        remedy="GET /cases/{application_id} shows which step is under way",
    )


CASE: Final = Decider[State, c.Command, e.CaseEvent](Unopened(), decide, evolve)
