"""No event is heard twice."""

from alembic import op

from common.record import hear_once

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    hear_once(op)
