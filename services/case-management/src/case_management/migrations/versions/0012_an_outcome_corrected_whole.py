"""Each revision of an outcome says its slot, so that a slot recorded wrongly is put right by another revision."""

from alembic import op

revision = "0012"
down_revision = "0011"

SLOT = "alter table outcome_revision add column slot text"
SAID = """
update outcome_revision as kept set slot = outcome.slot from outcome where outcome.id = kept.outcome_id
"""
READ = ("outcome_revision", "outcome")


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(SLOT)
    # The owner migrates, and no policy shows it a row.
    for table in READ:
        op.execute(f"alter table {table} no force row level security")
    op.execute(SAID)
    for table in READ:
        op.execute(f"alter table {table} force row level security")
