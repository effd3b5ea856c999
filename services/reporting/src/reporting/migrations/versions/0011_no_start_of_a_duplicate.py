"""The tally counts no start of a case that was closed as a duplicate's: its participant has another."""

from alembic import op

from common.migrating import seen_by_owner

revision = "0011"
down_revision = "0010"

DUPLICATES = """
    (
        select programme_id, provider_id, cast(date_trunc('month', started_on) as date) as month, count(*) as starts
        from support_case where closure_reason = 'duplicate' and started_on is not null group by 1, 2, 3
    ) as duplicate
    where tally.programme_id = duplicate.programme_id and tally.provider_id = duplicate.provider_id
      and tally.month = duplicate.month and tally.counted = 'started'
"""
TAKEN_OUT = (
    f"delete from tally using {DUPLICATES} and tally.count = starts",  # noqa: S608 - nothing anybody sent is in it
    f"update tally set count = tally.count - starts from {DUPLICATES}",  # noqa: S608 - as above
)
READ = ("tally", "support_case")
"""Where the owner, who otherwise sees no row, takes them out."""


def upgrade() -> None:
    with seen_by_owner(op, "reporting", *READ):
        for statement in TAKEN_OUT:
            op.execute(statement)
