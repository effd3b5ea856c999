"""What may be payable for one participant, family or cohort, and what was before a claim."""

from alembic import op

from common.migrating import check_beside

revision = "0013"
down_revision = "0012"

COLUMNS = """
alter table valuation
    add column if not exists subject_before_pence bigint, add column if not exists subject_cap_pence bigint
"""
WITHIN = """
check (num_nonnulls(subject_before_pence, subject_cap_pence) in (0, 2)
       and (payable_pence = 0 or subject_before_pence + payable_pence <= subject_cap_pence))
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(COLUMNS)
    check_beside(op, "valuation", "ck_valuation_subject", WITHIN.strip())
