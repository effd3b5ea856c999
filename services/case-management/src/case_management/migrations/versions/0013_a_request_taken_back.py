"""A request to close a case can be taken back before anybody decides on it."""

from alembic import op

revision = "0013"
down_revision = "0012"

CONSTRAINTS = {
    "state": "state in ('open', 'confirmed', 'refused', 'withdrawn')",
    "decided": "(state in ('open', 'withdrawn')) = (decided_by is null) and (decided_by is null) = (decided_on is null)",
    "withdrawn": "(state = 'withdrawn') = (withdrawn_on is not null)",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table closure_request add column withdrawn_on date")
    for name, condition in CONSTRAINTS.items():
        constraint = f"ck_closure_request_{name}"
        op.execute(f"alter table closure_request drop constraint if exists {constraint}")
        op.execute(f"alter table closure_request add constraint {constraint} check ({condition}) not valid")
