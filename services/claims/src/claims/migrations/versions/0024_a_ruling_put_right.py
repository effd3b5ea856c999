"""A ruling on evidence of another kind can be put right: every ruling stays readable beside the one that stands."""

from alembic import op

from common.database import protect

revision = "0024"
down_revision = "0023"

STEPS = (
    """
create table equivalent_ruling (
    event_id uuid constraint pk_equivalent_ruling primary key,
    programme_id text not null,
    equivalent_id uuid not null
        constraint fk_equivalent_ruling_equivalent_id references evidence_equivalent (equivalent_id),
    ruling text not null constraint ck_equivalent_ruling_ruling check (ruling in ('accepted', 'refused', 'withdrawn')),
    reason text not null,
    ruled_by text not null,
    ruled_on date not null)
""",
    "create index ix_equivalent_ruling_equivalent_id on equivalent_ruling (equivalent_id, event_id)",
    "insert into equivalent_ruling (event_id, programme_id, equivalent_id, ruling, reason, ruled_by, ruled_on)"
    " select event_id, programme_id, equivalent_id, ruling, reason, ruled_by, ruled_on from evidence_equivalent"
    " where ruling is not null",
    # In one step, wider, of some thousand rows.
    "-- squawk-ignore ban-drop-constraint\n"
    "alter table assessment drop constraint ck_assessment_occasion,"
    " add constraint ck_assessment_occasion check (occasion in ("
    "'raised', 'revised', 'agreement', 'approval', 'verification', 'reopening', 'undoing', 'reinstatement', 'others',"
    " 'answer', 'ruling')) not valid",
    "-- squawk-ignore constraint-missing-not-valid\nalter table assessment validate constraint ck_assessment_occasion",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for step in STEPS:
        op.execute(step)
    protect(op, "claims", "equivalent_ruling", provider="true", append_only=True)
    op.execute("revoke insert on equivalent_ruling from claims_provider")
