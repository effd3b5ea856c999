"""Other systems' ids for our things: of each organisation its own."""

from alembic import op

from common.database.external_ids import create_external_ids

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    create_external_ids(op, "case_management")
