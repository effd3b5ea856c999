"""The sealed record: a chain over the audit, and its checkpoints."""

from alembic import op

from common.record import seal_record

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    seal_record(op, "referral_hub")
