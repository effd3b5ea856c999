"""Streams may be heard again: what was heard before is known by the audit, and operators may ask for it."""

from alembic import op

from common.record import hear_again

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    hear_again(op, "claims")
