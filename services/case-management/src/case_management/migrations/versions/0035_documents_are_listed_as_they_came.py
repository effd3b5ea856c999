"""Documents are read from an index in the order in which they came."""

from alembic import op

from common.migrating import index_beside

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    index_beside(op, "ix_document_added_at", "document (programme_id, added_at, id)")
