"""What was tried longest ago is healed first, and it is known since when announcements wait."""

from alembic import op

from common.record import take_turns

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    take_turns(op)
