"""The record: outbox, inbox, audit and idempotency."""

from alembic import op

from common.record import create_record

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_record(op, "case_management")
