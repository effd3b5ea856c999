"""A referral put right says anew what may be claimed."""

from alembic import op

revision = "0016"
down_revision = "0015"

KINDS = "('ParticipantAllocated', 'ReferralCorrected', 'CaseStarted', 'SupportPlanAgreed', 'AssessmentRecorded')"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table support_told drop constraint ck_support_told_kind")
    op.execute(f"alter table support_told add constraint ck_support_told_kind check (kind in {KINDS}) not valid")
    op.execute("alter table support_told validate constraint ck_support_told_kind")
