"""Duplicates count nowhere, an age is corrected, and what made two records one can be taken back."""

from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = (
    "alter table referral add column duplicate_on date, add column under_25 boolean",
    "alter table allocation add column duplicate_on date",
)
UNDER_25 = """
update referral set under_25 = cast(told.facts ->> 'under_25' as boolean) from heard_event as told
where told.programme_id = referral.programme_id and told.type = 'ReferralReceived'
  and told.participant_id = referral.participant_id and told.facts ->> 'referral_id' = cast(referral_id as text)
"""
READ = ("referral", "heard_event")


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    # The owner migrates, and no policy shows it a row.
    for table in READ:
        op.execute(f"alter table {table} no force row level security")
    op.execute(UNDER_25)
    for table in READ:
        op.execute(f"alter table {table} force row level security")
    op.execute("grant delete on participant_alias to reporting_worker")
