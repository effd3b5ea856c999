"""What was recorded wrongly of a case is put right by addition: the correction is kept, its part says what stands."""

from alembic import op

from common.database import protect

revision = "0011"
down_revision = "0010"

CORRECTION = """
create table correction (
    id uuid constraint pk_correction primary key,
    programme_id text not null,
    case_id uuid not null constraint fk_correction_case_id references support_case,
    kind text not null, of_id uuid not null, reason text not null, before jsonb not null, after jsonb not null,
    made_by text not null, made_at timestamptz not null
)
"""
CHANGING = {
    "case_phase": "phase, changed_on, worker, withdrawn_on",
    "plan": "kind, agreed_on, withdrawn_on",
    "assessment": "score, stage, assessed_on, withdrawn_on",
}
"""What stands of a part may change; the rest of it, and that it was recorded, never does."""
ALL_OF_IT = """
case_id in (select case_id from case_access
            where organisation_id = {org} and until_on is null and not shareable_only)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(CORRECTION)
    op.execute("create index ix_correction_case_id on correction (case_id, id)")
    protect(op, "case_management", "correction", provider=ALL_OF_IT, append_only=True)
    op.execute("alter table case_access add column withdrawn_on date")
    for table, columns in CHANGING.items():
        op.execute(f"alter table {table} add column withdrawn_on date")
        op.execute(
            f"grant update ({columns}) on {table} to case_management_provider, case_management_partnership,"
            " case_management_worker"
        )
