"""An event is emptied once two people have asked for it, and its readers see why."""

from alembic import op

from common.record import redact_by_two

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    redact_by_two(op, "case_management")
