"""Every event of a stream is bound to the one before it, and hearers keep what they heard it bound to."""

from alembic import op

from common.record import chain_record

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    chain_record(op, "referral_hub")
