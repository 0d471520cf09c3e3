"""The case of a duplicate, step by step as the regulation's channel says (DUP-PORTAL-4 to 9)."""

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
from services.university_is.domain.notification import decide_notification
from services.university_is.domain.state import Case, State, Status, StepRecord, Unopened, evolve

_BEFORE_DUPLICATE: Final = frozenset(Status) - {Status.PREPARED, Status.ISSUED, Status.REFUSED, Status.WITHDRAWN}
# What each task waits for, and the statuses in which it has been done already.
_WAITS_IN: Final = {
    Task.REGISTER: Status.OPENED,
    Task.VERIFY: Status.REGISTERED,
    Task.CONSIDER: Status.VERIFIED,
    Task.REQUEST_BLANK: Status.SHORT,
    Task.PREPARE: Status.PREPARING,
    Task.HAND_OVER: Status.PREPARED,
}
_ORDER: Final = tuple(Status)


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
            return [e.RegisterConsulted(at=command.at)] if _is_due(case, Task.VERIFY) else []
        case c.Verify():
            return _verify(command, case)
        case c.Accept():
            return _accept(case, command.reference_note, command.at) if _is_due(case, Task.VERIFY) else []
        case c.ReturnForCorrection():
            return _return(command, case)
        case c.Refuse():
            return _refuse(case, command.task, command.refusal, command.at)
        case c.Correct():
            return _correct(command, case)
        case c.Consider():
            return [_done(case, Task.CONSIDER, e.Considered, command.at)] if _is_due(case, Task.CONSIDER) else []
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


CASE: Final = Decider[State, c.Command, e.CaseEvent](Unopened(), decide, evolve)
