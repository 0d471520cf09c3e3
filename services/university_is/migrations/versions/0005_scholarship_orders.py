"""Whom a rector's order names, for the order's page."""

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
        alter table grants add column scholarship_order text;
        create index grants_by_scholarship_order on grants (scholarship_order) where scholarship_order is not null
        """,
    )
