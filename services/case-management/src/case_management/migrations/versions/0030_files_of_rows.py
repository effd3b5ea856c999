"""Many requests are sent in one file, and carried out row by row."""

from alembic import op

from common.bulk.tables import keep_bulk

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    keep_bulk(op, "case_management")
