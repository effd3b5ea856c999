"""What changed is told in the order in which it did, and nothing is skipped."""

from alembic import op

from common.migrating import stamp_changes

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    stamp_changes(op, "referral", "id")
