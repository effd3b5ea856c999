"""What was heard is looked for: each event leaves which rows its effect is in."""

from alembic import op

from common.record import keep_effects

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    keep_effects(op)
