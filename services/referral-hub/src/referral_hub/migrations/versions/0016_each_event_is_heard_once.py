"""No event is heard twice."""

from alembic import op

from common.record import hear_once

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    hear_once(op)
