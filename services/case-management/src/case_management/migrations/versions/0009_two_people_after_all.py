"""What made two records one can be taken back: the alias is forgotten."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("grant delete on participant_alias to case_management_worker")
