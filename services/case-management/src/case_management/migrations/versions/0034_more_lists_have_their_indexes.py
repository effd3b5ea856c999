"""Fund requests are read from an index by whatever they are narrowed by."""

from alembic import op

from common.migrating import index_beside

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    for name in ("state", "provider_id", "category"):
        on = f"fund_request (programme_id, {name}, requested_on, id)"
        index_beside(op, f"ix_fund_request_{name}_requested_on", on)
