"""What is counted of a referral stands in its row, where it can be put right; a placement may be taken back."""

from alembic import op

from common.migrating import seen_by_owner

revision = "0010"
down_revision = "0009"

COLUMNS = """
alter table referral
    add column if not exists under_25 boolean,
    add column if not exists needs text[] not null default '{}',
    add column if not exists duplicate_on date;
alter table allocation add column if not exists withdrawn_on date
"""
PARTED = (
    "-- squawk-ignore ban-drop-not-null\n"  # only this service reads it, and knows
    "alter table participant_alias alter column participant_id drop not null"
)
AS_HEARD = """
update referral set
    under_25 = cast(heard.facts ->> 'under_25' as boolean),
    needs = array(select jsonb_array_elements_text(coalesce(heard.facts -> 'needs', '[]')))
from heard_event as heard
where heard.programme_id = referral.programme_id and heard.participant_id = referral.participant_id
    and heard.type = 'ReferralReceived' and heard.facts ->> 'referral_id' = cast(referral.referral_id as text)
"""
READ = ("referral", "heard_event")
"""Where the owner, who otherwise sees no row, fills in what was heard."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS.split(";"):
        op.execute(statement)
    op.execute(PARTED)
    with seen_by_owner(op, "reporting", *READ):
        op.execute(AS_HEARD)
