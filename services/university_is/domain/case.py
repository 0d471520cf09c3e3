"""The case of a duplicate, decided step by step as the regulation's channel says (DUP-PORTAL-4 to 9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from contracts.common import Correction, NoticeKind, Refusal
from contracts.regulation import governing
from services._chassis.decider import Decider, Refused
from services.university_is.domain import commands as c
from services.university_is.domain import events as e
from services.university_is.domain import terms, verification
from services.university_is.domain.events import Task
from services.university_is.domain.notification import decide_notification, raised
from services.university_is.domain.state import Case, State, Status, StepRecord, Unopened, evolve

_WAITS_IN: Final = {
    Task.REGISTER: Status.OPENED,
    Task.VERIFY: Status.REGISTERED,
    Task.CONSIDER: Status.VERIFIED,
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
    return [opened, *started]


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
    return [
        e.Verified(step=_step(case, Task.VERIFY), reference_note=note, at=at),
        *terms.start(case.opened, Task.CONSIDER, at),
    ]


def _return(case: Case, corrections: tuple[Correction, ...], at: datetime) -> Sequence[e.CaseEvent]:
    if not _is_due(case, Task.VERIFY, repeated=case.status is Status.RETURNED):
        return []
    return [
        e.Returned(step=_step(case, Task.VERIFY), corrections=corrections, at=at),
        raised(case, NoticeKind.RETURNED_FOR_CORRECTION, at, corrections=corrections),
    ]


def _refuse(case: Case, task: Task, refusal: Refusal, at: datetime) -> Sequence[e.CaseEvent]:
    if not _is_due(case, task, repeated=case.refusal == refusal):
        return []
    return [
        e.Declined(step=_step(case, task), refusal=refusal, at=at),
        raised(case, NoticeKind.REFUSED, at, refusal=refusal),
    ]


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
    """Nothing may follow this event: the ledger answers it before any other is decided."""
    due = _is_due(case, Task.CONSIDER, repeated=case.has_done(Task.CONSIDER) and not case.refusal)
    return [e.Considered(step=_step(case, Task.CONSIDER), at=command.at)] if due else []


def _take_blanks(command: c.TakeBlanks, case: Case) -> Sequence[e.CaseEvent]:
    """The preparation's term has run since the request to the Ministry, if there was one (INC-21)."""
    reserved = e.BlanksReserved(blanks=command.blanks, at=command.at)
    match case.status:
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
    return [
        e.BlanksRequested(step=_step(case, Task.REQUEST_BLANK), kinds=case.short, at=command.at),
        *terms.start(case.opened, Task.PREPARE, command.at),
    ]


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


def _miss_deadline(command: c.MissDeadline, case: Case) -> Sequence[e.CaseEvent]:
    late = [each for each in _deadlines(case) if each.step == command.step and each.done is None and not each.breached]
    return [
        e.DeadlineMissed(
            step=each.step,
            limit=terms.limit_in_words(case.opened, each.step),
            counting=terms.counting_in_words(case.opened),
            due_at=each.due,
            at=command.at,
        )
        for each in late
        if each.due and not case.ended
    ]


def _deadlines(case: Case) -> list[StepRecord]:
    return [*case.steps, case.overall] if case.overall else list(case.steps)


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
