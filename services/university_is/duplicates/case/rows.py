"""The read model `cases`: a row for each, with its steps' deadlines, and the desk that has it."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.university_is.duplicates import terms
from services.university_is.duplicates.case.decide import task_of
from services.university_is.duplicates.case.state import State, Unopened
from services.university_is.steps import step_row


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
        "steps": [step_row(each) for each in (*case.steps, *([case.overall] if case.overall else []))],
        "desk": terms.desk_of(case.opened, task.step) if task else None,
        "step": task.step if task else None,
        "task": task.task.value if task else None,
        "started_at": task.started if task else None,
        "due_at": task.due if task else None,
    }


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
