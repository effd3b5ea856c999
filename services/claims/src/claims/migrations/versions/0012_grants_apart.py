"""A statement tells what was paid for its month apart from outcomes."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(
        "alter table statement add column grant_pence bigint not null default 0"
        " constraint ck_statement_grant check (grant_pence >= 0)"
    )
