"""The read model of applications for grants, and what lies on the desks that see to them, the most urgent first."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GRANTS = """
create table grants (
    application_id uuid primary key,
    university text not null,
    committee text not null,
    status text not null,
    channel text not null,
    campaign int not null,
    regulation text not null,
    registration_number text not null,
    registered_at timestamptz not null,
    steps jsonb not null,
    desk text,
    due_at timestamptz,
    tasks jsonb not null
);
create index grants_by_university on grants (university, status, application_id);
create index grants_by_desk on grants (university, desk, coalesce(due_at, 'infinity'::timestamptz), application_id)
    where desk is not null;
"""


def upgrade() -> None:
    execute_all(op, GRANTS)
