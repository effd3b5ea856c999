"""What a source answers about a claim is kept as an answer, and no document passes for one."""

from alembic import op

from common.database import protect

revision = "0020"
down_revision = "0019"

STEPS = (
    "create table answered_kinds (programme_id text constraint pk_answered_kinds primary key, kinds jsonb not null)",
    """
create table source_answer (
    answer_id uuid constraint pk_source_answer primary key,
    programme_id text not null,
    provider_id text not null,
    claim_id uuid not null constraint fk_source_answer_claim_id references claim (claim_id),
    kind text not null,
    result text not null constraint ck_source_answer_result check (result in ('match', 'mismatch', 'unavailable')),
    answered_on date not null,
    recorded_by text not null)
""",
    "create index ix_source_answer_claim_id on source_answer (claim_id, kind, answer_id)",
    # In one step, wider, of some thousand rows.
    "-- squawk-ignore ban-drop-constraint\n"
    "alter table assessment drop constraint ck_assessment_occasion,"
    " add constraint ck_assessment_occasion check (occasion in ("
    "'raised', 'revised', 'agreement', 'approval', 'verification', 'reopening', 'undoing', 'reinstatement', 'others',"
    " 'answer')) not valid",
    "-- squawk-ignore constraint-missing-not-valid\nalter table assessment validate constraint ck_assessment_occasion",
)
OF_ITS_CLAIM = "exists (select 1 from claim c where c.claim_id = source_answer.claim_id)"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for step in STEPS:
        op.execute(step)
    protect(op, "claims", "answered_kinds", provider="true", agency="true")
    op.execute("revoke insert, update on answered_kinds from claims_provider, claims_agency")
    protect(op, "claims", "source_answer", provider=OF_ITS_CLAIM, append_only=True)
    op.execute("revoke insert on source_answer from claims_provider")
