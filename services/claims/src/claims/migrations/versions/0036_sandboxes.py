"""Which programmes are sandboxes, and where each organisation's clock stands in one."""

from alembic import op

from common.web.http.sandboxes import keep_sandboxes

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    keep_sandboxes(op, "claims", table="contract")
