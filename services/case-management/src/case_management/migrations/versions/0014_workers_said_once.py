"""A change of phase names its worker only where another took over: one put right is not repeated by those after it."""

from alembic import op

from common.migrating import fill_by_parts

revision = "0014"
down_revision = "0013"

REPEATED = """
update case_phase set worker = null
from (select id, lag(worker) over (partition by case_id order by changed_on, id) as before from case_phase
      where case_id between walked and reached) as told
where case_phase.id = told.id and case_phase.worker = told.before
"""


def upgrade() -> None:
    fill_by_parts(op, "case_management", "case_phase", "case_id", REPEATED)
