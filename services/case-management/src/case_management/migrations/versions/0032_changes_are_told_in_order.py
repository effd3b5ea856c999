"""What changed is told in the order in which it did, and nothing is skipped; what somebody newly sees has changed for them."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME
from common.migrating import stamp_changes

revision = "0032"
down_revision = "0031"

SEEN = (
    """
create or replace function case_seen_anew() returns trigger language plpgsql as $$
begin
    update support_case set changed_in = 0 where id = new.case_id;
    return null;
end $$
""",
    """
create or replace trigger case_seen_anew after insert or update on case_access
for each row when (new.scope = 'joint') execute function case_seen_anew()
""",
)
LOOKED_UP = """
alter policy provider on support_case using (programme_id = {programme} and exists (
    select from case_access a
    where a.case_id = support_case.id and a.organisation_id = {organisation} and a.until_on is null offset 0))
"""
"""`offset 0` has it looked up for each row that is read: a page reads few, and an organisation may see a great many."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(LOOKED_UP.format(programme=PROGRAMME, organisation=ORGANISATION))
    stamp_changes(op, "support_case", "id")
    for statement in SEEN:
        op.execute(statement)
