"""The registry that the page for checking documents reads."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(
        op,
        """
        create table issued_documents (
            code text primary key,
            kind text not null,
            number text not null,
            issuer jsonb not null,
            holder text,
            masked_iin text,
            about jsonb not null,
            replaces text,
            issued_at timestamptz not null
        );
        create index issued_documents_by_what_they_replace on issued_documents (replaces) where replaces is not null
        """,
    )
