"""Which programmes are sandboxes, and where each organisation's clock stands in one."""

from alembic import op

from common.web.http.sandboxes import keep_sandboxes

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    keep_sandboxes(op, "case_management", table="programme")
