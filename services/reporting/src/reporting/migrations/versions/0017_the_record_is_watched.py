"""The announced record is looked at as a whole once a day."""

from alembic import op

from common.record import watch_record

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    watch_record(op)
