"""A request's changes and the record of them are one statement."""

from alembic import op

from common.saving import keep_in_one

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    keep_in_one(op, "case_management")
