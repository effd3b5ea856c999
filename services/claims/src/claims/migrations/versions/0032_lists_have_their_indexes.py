"""A list of claims is read from an index in every order it comes in: what waits, and what is due, too."""

from alembic import op

from common.migrating import fill_by_parts, index_beside

revision = "0032"
down_revision = "0031"

COLUMNS = (
    "alter table claim add column if not exists waiting_since date, add column if not exists due_on date",
    "alter table act add column if not exists stated_month text",
)
WAITING = """
update claim set
    waiting_since = case when state in ('raised', 'returned', 'approved', 'submitted', 'queried') then coalesce((
        select (min(a.acted_at) at time zone 'Europe/London')::date from act a
        where a.claim_id = claim.claim_id and a.state = claim.state and a.position > coalesce((
            select max(b.position) from act b where b.claim_id = claim.claim_id and b.state <> claim.state), 0)
        ), raised_on) end,
    due_on = (select min(r.due_on) from item_request r where r.claim_id = claim.claim_id and r.answered_on is null)
where claim_id between walked and reached
"""
STATED = """
update act set stated_month = detail ->> 'month' where verb = 'state' and position between walked and reached
"""
ORDERS = {
    "achieved_on": (("state", "provider_id", "outcome", "ready"), ""),
    "waiting_since": (("", "state", "provider_id"), " where waiting_since is not null"),
    "due_on": (("", "provider_id"), " where due_on is not null"),
}
OTHERS = {
    "ix_claim_basis_changed": "claim (programme_id, achieved_on, claim_id) where basis_changed_on is not null",
    "ix_claim_case_id": "claim (programme_id, case_id)",
    "ix_act_stated_month": "act (programme_id, stated_month, claim_id) where stated_month is not null",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    fill_by_parts(op, "claims", "claim", "claim_id", WAITING, "act", "item_request")
    fill_by_parts(op, "claims", "act", "position", STATED)
    for by, (filters, where) in ORDERS.items():
        for narrowed in filters:
            beside = f"{narrowed}_" if narrowed else ""
            columns = f"{narrowed}, {by}" if narrowed else by
            index_beside(op, f"ix_claim_{beside}{by}", f"claim (programme_id, {columns}, claim_id){where}")
    for name, on in OTHERS.items():
        index_beside(op, name, on)
