"""An auditor opens the evidence of the quarters granted to them, and no other."""

from alembic import op

from common.database import protect

revision = "0022"
down_revision = "0021"

TABLE = """
create table audit_grant (
    grant_id uuid constraint pk_audit_grant primary key,
    programme_id text not null,
    auditor text not null,
    quarter text not null,
    until_on date not null,
    granted_by text not null,
    granted_on date not null,
    ended_on date,
    ended_by text,
    end_reason text,
    constraint ck_audit_grant_ended check (num_nonnulls(ended_on, ended_by, end_reason) in (0, 3)))
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(TABLE)
    op.execute("create index ix_audit_grant_auditor on audit_grant (programme_id, auditor)")
    protect(op, "claims", "audit_grant")
