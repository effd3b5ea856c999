"""What was announced before there was a chain is bound too, by parts, and nothing unbound gets in any more."""

from alembic import op

from common.record import bind_record

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    bind_record(op, "referral_hub")
