"""What is overdue of an application for a grant."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(
        op,
        """
alter table grant_requests
    add column overdue_step text,
    add column overdue_limit text,
    add column overdue_since timestamptz;
create index grant_requests_overdue on grant_requests (application_id) where overdue_step is not null;
""",
    )
