"""A request's changes and the record of them are one statement."""

from alembic import op

from common.saving import keep_in_one

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    keep_in_one(op, "reporting")
