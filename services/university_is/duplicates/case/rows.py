"""The read models `cases` and `grants`: a row for each, with its steps' deadlines, and the desk that has it."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.university_is.duplicates import terms
from services.university_is.duplicates.case.decide import task_of
from services.university_is.duplicates.case.state import State, Unopened
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.state import Grant
from services.university_is.grants.application.state import State as GrantState
from services.university_is.simulated.staff import desk_of
from services.university_is.steps import StepRecord


def case_row(_identity: str, case: State) -> Row | None:
    if isinstance(case, Unopened):
        return None
    task = task_of(case)
    return {
        "application_id": case.application_id,
        "university": case.university,
        "status": case.status.value,
        "document_kind": case.request.document_kind.value,
        "reason": case.request.reason.value,
        "channel": case.opened.channel.value,
        "regulation": case.opened.regulation,
        "incoming_number": case.incoming_number,
        "filed_at": case.opened.filed_at,
        "steps": [_step(each) for each in (*case.steps, *([case.overall] if case.overall else []))],
        "desk": terms.desk_of(case.opened, task.step) if task else None,
        "step": task.step if task else None,
        "task": task.task.value if task else None,
        "started_at": task.started if task else None,
        "due_at": task.due if task else None,
    }


def grant_row(_identity: str, grant: GrantState) -> Row | None:
    """What was turned away at the counter is no application. Two tasks may be open at one desk (INC-11)."""
    if not isinstance(grant, Grant):
        return None
    came, tasks = grant.registered, sorted(grant.open_steps, key=lambda each: (each.due is None, each.due, each.step))
    return {
        "application_id": grant.application_id,
        "university": grant.university,
        "committee": came.university,
        "status": grant.status.value,
        "channel": came.channel.value,
        "campaign": came.campaign,
        "regulation": came.regulation,
        "registration_number": came.registration_number,
        "registered_at": came.at,
        "steps": [_step(each) for each in grant.steps],
        "desk": desk_of(GrantTask(tasks[0].task)).value if tasks else None,
        "due_at": tasks[0].due if tasks else None,
        "tasks": [
            {"step": each.step, "task": each.task.value, "started_at": each.started, "due_at": each.due}
            for each in tasks
        ],
        "scholarship_order": grant.scholarship.order_number if grant.scholarship else None,
    }


def _step(record: StepRecord) -> dict[str, object]:
    return {"step": record.step, "due": record.due, "done": record.done, "met": record.met}


CASES: Final = Projection(
    table="cases",
    key=("application_id",),
    columns=(
        "application_id",
        "university",
        "status",
        "document_kind",
        "reason",
        "channel",
        "regulation",
        "incoming_number",
        "filed_at",
        "steps",
        "desk",
        "step",
        "task",
        "started_at",
        "due_at",
    ),
    row=case_row,
)

GRANTS: Final = Projection(
    table="grants",
    key=("application_id",),
    columns=(
        "application_id",
        "university",
        "committee",
        "status",
        "channel",
        "campaign",
        "regulation",
        "registration_number",
        "registered_at",
        "steps",
        "desk",
        "due_at",
        "tasks",
        "scholarship_order",
    ),
    row=grant_row,
)
