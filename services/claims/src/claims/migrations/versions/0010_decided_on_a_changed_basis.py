"""What is decided when the basis of a verified claim has changed: a payment taken back leaves its key free again."""

from alembic import op

revision = "0010"
down_revision = "0008"

CHANGES = (
    "alter table claim add column taken_back_on date,"
    " add constraint ck_claim_taken_back check (taken_back_on is null or state = 'verified')",
    "alter table adjustment alter column instead_of_id drop not null,"
    " add constraint ck_adjustment_instead_of check ((reason = 'verified_twice') = (instead_of_id is not null))",
    "alter table claim no force row level security",
    "alter table adjustment no force row level security",
    "update claim set taken_back_on = a.made_on from adjustment a where a.claim_id = claim.claim_id",
    "alter table claim force row level security",
    "alter table adjustment force row level security",
    "drop index uq_claim_live_key",
    "create unique index uq_claim_live_key on claim (programme_id, subject_kind, subject_id, outcome, slot)"
    " where state not in ('refused', 'withdrawn') and taken_back_on is null",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in CHANGES:
        op.execute(statement)
