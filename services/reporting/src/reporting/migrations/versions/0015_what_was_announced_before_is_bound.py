"""What was announced before there was a chain is bound too, by parts, and nothing unbound gets in any more."""

from alembic import op

from common.record import bind_record

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    bind_record(op, "reporting")
