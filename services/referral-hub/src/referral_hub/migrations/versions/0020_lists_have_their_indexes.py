"""A list of referrals is read from an index by whatever it is narrowed by."""

from alembic import op

from common.migrating import index_beside

revision = "0020"
down_revision = "0019"

NARROWED = ("state", "source", "pathway", "returning")
RENAMED = ("provider_id", "agency_id")


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for column in RENAMED:
        op.execute(
            "-- squawk-ignore renaming-object\n"  # nobody knows it by name
            f"alter index if exists ix_referral_{column} rename to ix_referral_{column}_referred_on"
        )
    for column in NARROWED:
        index_beside(op, f"ix_referral_{column}_referred_on", f'referral (programme_id, "{column}", referred_on, id)')
