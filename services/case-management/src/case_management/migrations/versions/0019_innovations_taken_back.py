"""An innovation can be taken back, also after the board approved it: its money is the fund's again."""

from alembic import op

revision = "0019"
down_revision = "0018"

WIDER = "-- squawk-ignore ban-drop-constraint\n"
"""In one step with the new one, which allows all that the old one did."""
SOME_THOUSAND = "-- squawk-ignore constraint-missing-not-valid\n"
"""So many rows: to look them through takes no time that anyone waits for."""
REPLACED = {
    "state": "state in ('open', 'approved', 'refused', 'withdrawn')",
    "decided": "(decided_by is null) = (decided_on is null) and"
    " case state when 'open' then decided_by is null when 'withdrawn' then true else decided_by is not null end",
}
WITHDRAWN = """
check ((state = 'withdrawn') = (withdrawn_on is not null)
       and num_nonnulls(withdrawn_on, withdrawn_by, withdrawal_reason) in (0, 3)) not valid
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(
        "alter table innovation add column withdrawn_on date, add column withdrawn_by text,"
        f" add column withdrawal_reason text, add constraint ck_innovation_withdrawn {WITHDRAWN}"
    )
    for name, condition in REPLACED.items():
        named = f"ck_innovation_{name}"
        op.execute(
            f"{WIDER}alter table innovation drop constraint {named},"
            f" add constraint {named} check ({condition}) not valid"
        )
    for name in (*REPLACED, "withdrawn"):
        op.execute(f"{SOME_THOUSAND}alter table innovation validate constraint ck_innovation_{name}")
