"""Any activity is counted by its name: a drop-in is the first, taken from the timeline where it was noted."""

from alembic import op

from common.database import protect
from common.migrating import seen_by_owner

revision = "0014"
down_revision = "0013"

ACTIVITY = """
create table activity (
    programme_id text not null, activity text not null, thing_id uuid not null, provider_id text not null,
    happened_on date,
    constraint pk_activity primary key (programme_id, activity, thing_id)
)
"""
DROP_INS = """
insert into activity (programme_id, activity, thing_id, provider_id, happened_on)
select distinct on (programme_id, facts ->> 'drop_in_id')
       programme_id, 'drop-ins', cast(facts ->> 'drop_in_id' as uuid), coalesce(provider_id, ''),
       cast(facts ->> 'dropped_in_on' as date)
from heard_event where type in ('DropInRecorded', 'DropInCorrected', 'DropInWithdrawn')
order by programme_id, facts ->> 'drop_in_id', event_id desc
"""
TALLY = """
insert into tally (programme_id, provider_id, counted, place, month, count)
select programme_id, provider_id, activity, 'achieved', cast(date_trunc('month', happened_on) as date), count(*)
from activity where happened_on is not null group by 1, 2, 3, 4, 5
"""
READ = ("heard_event", "tally")
"""Where the owner, who otherwise sees no row, takes drop-ins from and counts them."""


def upgrade() -> None:
    with seen_by_owner(op, "reporting", *READ):
        for statement in (ACTIVITY, DROP_INS, TALLY):
            op.execute(statement)
    protect(op, "reporting", "activity", provider="provider_id = {org}")
