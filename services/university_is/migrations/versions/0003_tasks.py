"""What lies on the desks, the most urgent first: a case has one open task at most, so it stands in the row of the case."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TASKS = """
alter table cases add column desk text, add column step text, add column task text,
    add column started_at timestamptz, add column due_at timestamptz;
create index cases_by_desk on cases (university, desk, coalesce(due_at, 'infinity'::timestamptz), application_id)
    where desk is not null;
"""


def upgrade() -> None:
    execute_all(op, TASKS)
