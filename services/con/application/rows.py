"""The read model `applications`: one row per package, for the operator's list. It holds no personal data."""

from datetime import datetime
from typing import Final

from services._chassis.aggregate import Projection, Row
from services.con.application.events import Particulars, Step
from services.con.application.state import Package, State, Status, TurnedAway

REFUSED: Final = "refused"

COLUMNS: Final = (
    "id",
    "number",
    "status",
    "university",
    "document_kind",
    "reason",
    "handed_in_at",
    "deadlines_missed",
    "regulation",
    "task",
    "task_started_at",
    "task_due_at",
)


def row(identity: str, state: State) -> Row | None:
    match state:
        case TurnedAway():
            return _columns(identity, state.particulars, REFUSED, state.receipt.issued_at)
        case Package(acts=acts):
            return _columns(identity, state.current, state.status, acts[0].done_at) | {
                "number": state.number,
                "deadlines_missed": sum(act.missed for act in acts),
                "regulation": state.regulation,
                **_task(state),
            }
        case _:
            return None


def _columns(identity: str, asked: Particulars, status: str, handed_in_at: datetime | None) -> Row:
    return {
        **dict.fromkeys(COLUMNS),
        "id": identity,
        "status": status,
        "university": asked.university,
        "document_kind": asked.document_kind,
        "reason": asked.reason,
        "handed_in_at": handed_in_at,
        "deadlines_missed": 0,
    }


def _task(state: Package) -> Row:
    """What lies on the operator's desk. A duplicate that is ready waits there; its term runs from the collector's visit."""
    if state.status is Status.READY:
        return {"task": Step.HAND_OVER, "task_started_at": state.arrived_at}
    running = state.running
    if running is None or state.status is Status.DISPATCHED:
        return {}
    return {"task": running.step, "task_started_at": running.started_at, "task_due_at": running.due_at}


APPLICATIONS: Final = Projection[State]("applications", ("id",), COLUMNS, row)

# A null argument means "any"; ids are time-ordered, so the last one of a page is where the next begins.
PAGE: Final = """
select * from applications
where ($1::text is null or status = $1) and ($2::uuid is null or id > $2) and ($4::text is null or university = $4)
order by id limit $3
"""

TASKS: Final = """
select id, university, regulation, task, task_started_at, task_due_at from applications
where task is not null and ($1::text is null or university = $1)
  and (not $2::boolean or task_due_at < $3::timestamptz)
order by task_due_at nulls last, id offset $4 limit $5
"""
