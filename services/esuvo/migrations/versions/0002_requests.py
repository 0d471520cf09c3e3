"""The read model of requests."""

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
create table requests (
    application_id uuid primary key,
    number text not null,
    university text not null,
    channel text not null,
    document_kind text not null,
    reason text not null,
    status text not null,
    refusal_code text,
    closed_as text,
    notices_on_the_way integer not null,
    notices_undeliverable integer not null,
    filed_at timestamptz not null,
    updated_at timestamptz not null
);
create index requests_status on requests (status, application_id);
create index requests_university on requests (university, application_id);
""",
    )
