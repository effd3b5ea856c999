"""Many requests are sent in one file, and carried out row by row."""

from alembic import op

from common.bulk.tables import keep_bulk

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    keep_bulk(op, "referral_hub")
