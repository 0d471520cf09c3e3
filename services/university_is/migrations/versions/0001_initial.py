"""The chassis' tables."""

from alembic import op

from services._chassis import schema
from services._chassis.migrate import execute_all

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute_all(op, schema.V1)
