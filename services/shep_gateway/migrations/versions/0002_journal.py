"""The read model of the journal."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(
        op,
        """
create table journal (
    application_id uuid primary key,
    entries jsonb not null
);
create index journal_entries on journal using gin (entries jsonb_path_ops);
""",
    )
