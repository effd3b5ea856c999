"""The announced record is looked at as a whole once a day."""

from alembic import op

from common.record import watch_record

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    watch_record(op)
