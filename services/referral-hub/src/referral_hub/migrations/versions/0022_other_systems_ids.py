"""Other systems' ids for our things: of each organisation its own."""

from alembic import op

from common.database.external_ids import create_external_ids

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    create_external_ids(op, "referral_hub")
