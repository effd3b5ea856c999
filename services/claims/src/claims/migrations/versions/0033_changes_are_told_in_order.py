"""What changed is told in the order in which it did, and nothing is skipped; what somebody newly sees has changed for them."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME
from common.migrating import stamp_changes

revision = "0033"
down_revision = "0032"

SEEN = (
    """
create or replace function claims_seen_anew() returns trigger language plpgsql as $$
begin
    perform from claim where programme_id = new.programme_id and participant_id = new.participant_id
    and provider_id = new.lead_id order by raised_on, claim_id for no key update;
    update claim set changed_in = 0 where programme_id = new.programme_id
    and participant_id = new.participant_id and provider_id = new.lead_id;
    return null;
end $$
""",
    """
create or replace trigger claims_seen_anew after insert or update on participant_access
for each row when (new.scope = 'joint') execute function claims_seen_anew()
""",
)
LOOKED_UP = """
alter policy provider on claim using (programme_id = {programme} and exists (
    select from participant_access a
    where a.organisation_id = {organisation} and a.participant_id = claim.participant_id
    and a.lead_id = claim.provider_id and a.until_on is null and not a.shareable_only offset 0))
"""
"""`offset 0` has it looked up for each row that is read: a page reads few, and an organisation may see a great many."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(LOOKED_UP.format(programme=PROGRAMME, organisation=ORGANISATION))
    stamp_changes(op, "claim", "claim_id")
    for statement in SEEN:
        op.execute(statement)
