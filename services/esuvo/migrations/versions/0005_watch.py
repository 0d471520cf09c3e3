"""What is overdue of a request, and that its applicant was told something else than the case came to."""

from alembic import op

from services._chassis.migrate import execute_all

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(
        op,
        """
alter table requests
    add column overdue_step text,
    add column overdue_limit text,
    add column overdue_since timestamptz,
    add column term_limit text,
    add column term_passed_at timestamptz,
    add column told_otherwise text;
create index requests_overdue on requests (application_id)
    where overdue_step is not null or term_passed_at is not null;
create index requests_contradicted on requests (application_id) where told_otherwise is not null;

drop view requests_with_notices;
create view requests_with_notices as
select requests.*,
    (select count(*) from notices where notices.application_id = requests.application_id
        and hop in ('forwarded', 'accepted')) as notices_on_the_way,
    (select count(*) from notices where notices.application_id = requests.application_id
        and hop = 'undeliverable') as notices_undeliverable
from requests;
""",
    )
