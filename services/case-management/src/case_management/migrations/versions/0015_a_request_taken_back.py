"""A request to close a case can be taken back before anybody decides on it."""

from alembic import op

revision = "0015"
down_revision = "0014"

WIDER = "-- squawk-ignore ban-drop-constraint\n"
"""In one step with the new one, which allows all that the old one did."""
SOME_THOUSAND = "-- squawk-ignore constraint-missing-not-valid\n"
"""So many rows: to look them through takes no time that anyone waits for."""
WITHDRAWN = "check ((state = 'withdrawn') = (withdrawn_on is not null)) not valid"
REPLACED = {
    "state": "state in ('open', 'confirmed', 'refused', 'withdrawn')",
    "decided": "(state in ('open', 'withdrawn')) = (decided_by is null) and (decided_by is null) = (decided_on is null)",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table closure_request add column withdrawn_on date")
    op.execute(f"alter table closure_request add constraint ck_closure_request_withdrawn {WITHDRAWN}")
    for name, condition in REPLACED.items():
        named = f"ck_closure_request_{name}"
        op.execute(
            f"{WIDER}alter table closure_request drop constraint {named},"
            f" add constraint {named} check ({condition}) not valid"
        )
    for name in (*REPLACED, "withdrawn"):
        op.execute(f"{SOME_THOUSAND}alter table closure_request validate constraint ck_closure_request_{name}")
