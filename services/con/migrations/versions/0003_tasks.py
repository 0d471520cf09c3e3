"""The operator's desk: what is to be done next. Two more acts have deadlines, so more than four may be missed."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(
        op,
        """
        alter table applications
            add regulation text,
            add task text,
            add task_started_at timestamptz,
            add task_due_at timestamptz,
            drop constraint applications_deadlines_missed_check,
            add check (deadlines_missed between 0 and 6);
        create index applications_by_task on applications (task_due_at, id) where task is not null
        """,
    )
