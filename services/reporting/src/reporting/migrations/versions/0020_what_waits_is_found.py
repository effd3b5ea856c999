"""What waits to be healed is found at once."""

from alembic import op

from common.record import know_what_waits

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    know_what_waits(op, "reporting")
