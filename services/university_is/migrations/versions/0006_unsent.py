"""The chassis' tables: what a message said, and what could not be sent."""

from alembic import op

from services._chassis import schema
from services._chassis.migrate import execute_all

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(op, schema.V2)
