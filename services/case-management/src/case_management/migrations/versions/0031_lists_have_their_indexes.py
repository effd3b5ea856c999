"""A list of cases is read from an index in every order it comes in: whom nobody spoke with longest, too."""

from alembic import op

from common.migrating import fill_by_parts, index_beside

revision = "0031"
down_revision = "0030"

COLUMNS = (
    "alter table support_case add column if not exists last_contact_on date, add column if not exists planned_on date"
)
KNOWN = """
update support_case set
    last_contact_on = greatest(started_on, (
        select max(n.noted_on) from note n
        where n.case_id = support_case.id and n.channel is not null and not n.attempt)),
    planned_on = (select max(p.agreed_on) from plan p where p.case_id = support_case.id and p.withdrawn_on is null)
where id between walked and reached
"""
OPEN = "where last_contact_on is not null and state <> 'closed'"
INDEXES = {
    "ix_support_case_state_allocated_on": "(programme_id, state, allocated_on, id)",
    "ix_support_case_provider_id_allocated_on": "(programme_id, provider_id, allocated_on, id)",
    "ix_support_case_phase_allocated_on": "(programme_id, phase, allocated_on, id)",
    "ix_support_case_last_contact_on": f"(programme_id, last_contact_on, id) {OPEN}",
    "ix_support_case_provider_id_last_contact_on": f"(programme_id, provider_id, last_contact_on, id) {OPEN}",
    "ix_support_case_without_plan": "(programme_id, allocated_on, id) where planned_on is null and state <> 'closed'",
    "ix_support_case_worker": "(programme_id, worker)",
    "ix_support_case_referral_id": "(programme_id, referral_id)",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(COLUMNS)
    fill_by_parts(op, "case_management", "support_case", "id", KNOWN, "note", "plan")
    for name, on in INDEXES.items():
        index_beside(op, name, f"support_case {on}")
