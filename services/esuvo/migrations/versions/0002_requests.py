"""The read models of requests and notices."""

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
    filed_at timestamptz not null,
    updated_at timestamptz not null
);
create index requests_status on requests (status, application_id);
create index requests_university on requests (university, application_id);

create table notices (
    notice_id uuid primary key,
    application_id uuid not null,
    kind text not null,
    hop text not null,
    attempt integer not null,
    forwarded_at timestamptz not null
);
create index notices_application on notices (application_id, notice_id);

create view requests_with_notices as
select requests.*,
    (select count(*) from notices where notices.application_id = requests.application_id
        and hop in ('forwarded', 'accepted')) as notices_on_the_way,
    (select count(*) from notices where notices.application_id = requests.application_id
        and hop = 'undeliverable') as notices_undeliverable
from requests;
""",
    )
