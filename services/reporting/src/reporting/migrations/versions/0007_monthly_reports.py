"""Monthly reports: a tracker as it was submitted, and the posts that were filled."""

from alembic import op

from common.database import protect

revision = "0007"
down_revision = "0006"

REPORT = """
create table monthly_report (
    programme_id text not null, provider_id text not null, month date not null,
    posts_hundredths bigint, filled_hundredths bigint,
    figures jsonb not null, submitted_on date not null, submitted_by text not null,
    constraint pk_monthly_report primary key (programme_id, provider_id, month),
    constraint ck_monthly_report_month check (extract(day from month) = 1),
    constraint ck_monthly_report_staffing check (
        (posts_hundredths is null) = (filled_hundredths is null) and posts_hundredths >= 1
        and filled_hundredths between 0 and posts_hundredths)
)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(REPORT)
    protect(op, "reporting", "monthly_report", provider="provider_id = {org}", append_only=True)
