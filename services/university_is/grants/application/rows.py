"""The read model `grants`: a row for each application, with its steps' deadlines, and the desk that has it."""

from typing import Final

from services._chassis.aggregate import Projection, Row
from services.university_is.desks import desk_of
from services.university_is.grants.application.events import GrantTask
from services.university_is.grants.application.state import Grant, State
from services.university_is.steps import step_row


def grant_row(_identity: str, grant: State) -> Row | None:
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
        "steps": [step_row(each) for each in grant.steps],
        "desk": desk_of(GrantTask(tasks[0].task)).value if tasks else None,
        "due_at": tasks[0].due if tasks else None,
        "tasks": [
            {"step": each.step, "task": each.task.value, "started_at": each.started, "due_at": each.due}
            for each in tasks
        ],
        "scholarship_order": grant.scholarship.order_number if grant.scholarship else None,
    }


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
