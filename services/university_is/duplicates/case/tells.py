"""Which of a case's private events others hear, and in which words."""

from contracts import university_cases as contract
from contracts.event import Event
from services.university_is.duplicates.case import events as e
from services.university_is.duplicates.case.state import Case


def told(case: Case, event: Event) -> contract.CaseEvent | None:  # noqa: C901, PLR0911, PLR0912 - one arm per contract event
    """The contract event of a private one; None when it stays in the house. `case` stands as after the event."""
    who, where = case.application_id, case.university
    match event:
        case e.Opened(at=at, channel=channel, regulation=regulation):
            return contract.CaseOpened(
                application_id=who, university=where, at=at, channel=channel, regulation=regulation
            )
        case e.Registered(at=at, incoming_number=number):
            return contract.CaseRegistered(application_id=who, university=where, at=at, incoming_number=number)
        case e.Verified(at=at, reference_note=note):
            return contract.CaseVerified(application_id=who, university=where, at=at, reference_note=note)
        case e.Returned(at=at, corrections=corrections):
            return contract.CaseReturned(application_id=who, university=where, at=at, corrections=corrections)
        case e.Considered(at=at):
            return contract.CaseConsidered(application_id=who, university=where, at=at)
        case e.BlanksRequested(at=at, kinds=kinds):
            return contract.BlankFormRequested(application_id=who, university=where, at=at, kinds=kinds)
        case e.BlanksNotSupplied():
            return contract.BlanksNotSupplied(
                application_id=who,
                university=where,
                at=event.at,
                kinds=event.kinds,
                fault=event.fault,
                requests=event.requests,
                asked_again=event.asked_again,
            )
        case e.Prepared(at=at, blanks=blanks):
            return contract.DuplicatePrepared(application_id=who, university=where, at=at, blanks=blanks)
        case e.Dispatched(at=at, waybill=waybill):
            return contract.DuplicateDispatched(application_id=who, university=where, at=at, waybill=waybill)
        case e.IssueNumbered(at=at, number=number):
            return contract.DuplicateIssued(
                application_id=who,
                university=where,
                at=at,
                blanks=case.blanks,
                collector=case.issued.collector if case.issued else None,
                issue_number=number,
            )
        case e.OriginalAnnulled(at=at):
            return contract.OriginalAnnulled(application_id=who, university=where, at=at)
        case e.Declined(at=at, refusal=refusal):
            return contract.CaseRefused(application_id=who, university=where, at=at, refusal=refusal)
        case e.HearingAppointed(at=at, refusal=refusal, held_at=held_at):
            return contract.HearingAppointed(
                application_id=who, university=where, at=at, refusal=refusal, held_at=held_at
            )
        case e.ScheduleInfeasible(at=at, planned_end=planned, overall_due=overall):
            return contract.ScheduleInfeasible(
                application_id=who, university=where, at=at, planned_end=planned, overall_due=overall
            )
        case e.DeadlineNear(at=at, step=step, due_at=due):
            return contract.DeadlineNear(application_id=who, university=where, at=at, step=step, due_at=due)
        case e.Withdrawn(at=at):
            return contract.CaseWithdrawn(application_id=who, university=where, at=at)
        case e.WithdrawalDeclined(at=at):
            return contract.WithdrawalDeclined(application_id=who, university=where, at=at)
        case e.DeadlineMissed():
            return contract.DeadlineBreached(
                application_id=who,
                university=where,
                at=event.at,
                step=event.step,
                limit=event.limit,
                counting=event.counting,
                due_at=event.due_at,
            )
        case _:
            return None
