"""A goal of a plan is put right: its words, whether it was reached or dropped, and the outcome that came of it."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(
        "grant update (goals) on plan to case_management_provider, case_management_partnership, case_management_worker"
    )
