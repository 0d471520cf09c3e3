"""The operator's list of packages."""

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
        create table applications (
            id uuid primary key,
            number text,
            status text not null,
            university text not null,
            document_kind text not null,
            reason text not null,
            handed_in_at timestamptz not null,
            deadlines_missed smallint not null check (deadlines_missed between 0 and 4)
        );
        create index applications_by_status on applications (status, id)
        """,
    )
