"""The personal account's list of applications."""

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
            iin text not null,
            number text not null,
            status text not null,
            refusal_code text,
            university text not null,
            document_kind text not null,
            reason text not null,
            filed_at timestamptz not null
        );
        create index applications_of_a_person on applications (iin, filed_at)
        """,
    )
