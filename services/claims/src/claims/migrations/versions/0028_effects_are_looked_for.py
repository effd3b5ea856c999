"""What was heard is looked for: each event leaves which rows its effect is in."""

from alembic import op

from common.record import keep_effects

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    keep_effects(op)
