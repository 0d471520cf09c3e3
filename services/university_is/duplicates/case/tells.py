"""Which of a case's private events others hear, and in which words."""

from collections.abc import Mapping
from typing import Final

from contracts import university_cases as contract
from contracts.event import Event
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case.state import Case

# Told as they were recorded: fields of the same name.
_AS_RECORDED: Final[Mapping[type[Event], type[contract.CaseEvent]]] = {
    e.Opened: contract.CaseOpened,
    e.Registered: contract.CaseRegistered,
    e.Verified: contract.CaseVerified,
    e.Returned: contract.CaseReturned,
    e.Considered: contract.CaseConsidered,
    e.BlanksRequested: contract.BlankFormRequested,
    e.BlanksNotSupplied: contract.BlanksNotSupplied,
    e.Prepared: contract.DuplicatePrepared,
    e.Dispatched: contract.DuplicateDispatched,
    e.OriginalAnnulled: contract.OriginalAnnulled,
    e.Declined: contract.CaseRefused,
    e.HearingAppointed: contract.HearingAppointed,
    e.ScheduleInfeasible: contract.ScheduleInfeasible,
    e.DeadlineNear: contract.DeadlineNear,
    e.DeadlineMissed: contract.DeadlineBreached,
    e.Withdrawn: contract.CaseWithdrawn,
    e.WithdrawalDeclined: contract.WithdrawalDeclined,
}


def told(case: Case, event: Event) -> contract.CaseEvent | None:
    """The contract event of a private one; None when it stays in the house. `case` stands as after the event."""
    of = {**dict(event), "application_id": case.application_id, "university": case.university}
    if isinstance(event, e.IssueNumbered):
        collector = case.issued.collector if case.issued else None
        return contract.DuplicateIssued.model_validate(
            {**of, "blanks": case.blanks, "collector": collector, "issue_number": event.number}
        )
    kind = _AS_RECORDED.get(type(event))
    return kind.model_validate(of) if kind else None
