"""A monthly report is corrected by a further version until it is accepted."""

from alembic import op

from common.database import protect

revision = "0008"
down_revision = "0007"

CORRECTED = """
alter table monthly_report
    add column version bigint not null default 1,
    add column reason text
        constraint ck_monthly_report_reason check ((version = 1) = (reason is null))
"""
KEY = (
    "-- squawk-ignore ban-drop-constraint\n"  # in one step with the new: no month is reported twice in between
    "alter table monthly_report drop constraint pk_monthly_report,"
    " add constraint pk_monthly_report primary key (programme_id, provider_id, month, version)"
)
ACCEPTANCE = """
create table monthly_report_acceptance (
    programme_id text not null, provider_id text not null, month date not null, version bigint not null,
    accepted_on date not null, accepted_by text not null,
    constraint pk_monthly_report_acceptance primary key (programme_id, provider_id, month),
    constraint fk_monthly_report_acceptance_version foreign key (programme_id, provider_id, month, version)
        references monthly_report (programme_id, provider_id, month, version)
)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(CORRECTED)
    op.execute(KEY)
    op.execute(ACCEPTANCE)
    protect(op, "reporting", "monthly_report_acceptance", provider="provider_id = {org}", append_only=True)
