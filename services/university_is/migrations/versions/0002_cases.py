"""The read model of cases. The index serves a university's list of one status, in pages."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CASES = """
create table cases (
    application_id uuid primary key,
    university text not null,
    status text not null,
    document_kind text not null,
    reason text not null,
    channel text not null,
    regulation text not null,
    incoming_number text,
    filed_at timestamptz not null,
    steps jsonb not null
);
create index cases_by_university on cases (university, status, application_id);
"""


def upgrade() -> None:
    execute_all(op, CASES)
