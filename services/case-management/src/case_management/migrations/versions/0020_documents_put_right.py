"""What a document is said to be is put right, and what was shared by mistake, a note or a document, is shared no more."""

from alembic import op

revision = "0020"
down_revision = "0019"

CHANGING = {"document": "kind, dated_on, shareable", "note": "shareable"}
"""Bytes and words never change."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for table, columns in CHANGING.items():
        op.execute(
            f"grant update ({columns}) on {table} to case_management_provider, case_management_partnership,"
            " case_management_worker"
        )
