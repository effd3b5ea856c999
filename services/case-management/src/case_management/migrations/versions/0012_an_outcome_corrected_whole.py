"""Each revision of an outcome says its slot, so that a slot recorded wrongly is put right by another revision."""

from alembic import op

from common.migrating import fill_by_parts

revision = "0012"
down_revision = "0011"

SLOT = "alter table outcome_revision add column if not exists slot text"
SAID = """
update outcome_revision as kept set slot = outcome.slot from outcome
where outcome.id = kept.outcome_id and kept.outcome_id between walked and reached and kept.slot is null
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(SLOT)
    fill_by_parts(op, "case_management", "outcome_revision", "outcome_id", SAID, "outcome")
