"""Subscribers are told over HTTP what is announced: their webhooks, and what became of each delivery."""

from alembic import op

from common.record import keep_webhooks

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    keep_webhooks(op, "claims")
