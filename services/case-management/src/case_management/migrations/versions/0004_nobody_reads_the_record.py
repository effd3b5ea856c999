"""Who keeps the record reads of it only what that needs."""

from alembic import op

from common.record import narrow_record

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    narrow_record(op, "case_management")
