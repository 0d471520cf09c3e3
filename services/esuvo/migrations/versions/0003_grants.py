"""The read models of applications for grants, and of the common database of those who compete."""

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
create table grant_requests (
    application_id uuid primary key,
    university text not null,
    channel text not null,
    status text not null,
    refusal_code text,
    campaign integer,
    registration_number text,
    contender text,
    filed_at timestamptz not null,
    updated_at timestamptz not null
);
create index grant_requests_status on grant_requests (status, application_id);
create index grant_requests_university on grant_requests (university, application_id);

create table contenders (
    contender text primary key,
    campaign integer not null,
    status text not null,
    application_id uuid not null,
    channel text not null,
    university text not null,
    registration_number text not null,
    iin text not null,
    surname text not null,
    name text not null,
    patronymic text,
    language text not null,
    total integer not null,
    profile_scores integer[] not null,
    other_min_scores integer[] not null,
    creative_score integer,
    certificate_average numeric(3, 2) not null,
    preferential_rank integer not null,
    quota text,
    rural boolean not null,
    choices text[] not null,
    choice_universities text[] not null,
    refusal_code text,
    round integer,
    order_number text,
    choice integer,
    via text,
    awarded_specialty text,
    awarded_university text,
    certificate_number text,
    entered_at timestamptz not null,
    updated_at timestamptz not null
);
create index contenders_slice on contenders (campaign, status, contender);
create index contenders_awarded on contenders (campaign, awarded_university, awarded_specialty, contender)
    where awarded_university is not null;
""",
    )
