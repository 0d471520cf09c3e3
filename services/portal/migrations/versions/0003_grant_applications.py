"""Grant applications of the personal account, and electronic copies: stored once by content, known to who uploaded them."""

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
        create table grant_applications (
            id uuid primary key,
            iin text not null,
            year smallint not null,
            status text not null,
            refusal_code text,
            language text not null,
            choices text[] not null,
            filed_at timestamptz not null
        );
        create index grant_applications_of_a_person on grant_applications (iin, filed_at);
        create table attachments (
            digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
            media_type text not null,
            size integer not null check (size > 0),
            content bytea not null,
            kept_at timestamptz not null default clock_timestamp()
        );
        alter table attachments alter column content set storage external;
        create table attachment_owners (
            iin text not null,
            digest text not null references attachments,
            primary key (iin, digest)
        )
        """,
    )
