"""Declines and drop-ins are read from an index by whatever they are narrowed by."""

from alembic import op

from common.migrating import index_beside

revision = "0023"
down_revision = "0022"

INDEXES = {
    "drop_in": ("dropped_in_on", ("provider_id",)),
    "decline": ("declined_on", ("provider_id", "reason", "source", "complex", "final")),
}


def upgrade() -> None:
    for table, (by, filters) in INDEXES.items():
        for name in filters:
            index_beside(op, f"ix_{table}_{name}_{by}", f"{table} (programme_id, {name}, {by}, id)")
