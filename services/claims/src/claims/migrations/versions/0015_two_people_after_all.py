"""What made two records one can be taken back: the alias is forgotten."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("grant delete on participant_alias to claims_worker")
