"""Which programmes are sandboxes, where each organisation's clock stands, and whom they asked to be made up."""

from alembic import op

from common.database import protect
from common.web.http.sandboxes import keep_sandboxes

revision = "0025"
down_revision = "0024"

PEOPLE = (
    """
create table sandbox_group (
    id uuid constraint pk_sandbox_group primary key,
    programme_id text not null constraint fk_sandbox_group_programme_id_sandbox references sandbox,
    provider_id text not null, participants integer not null, answer text not null, asked_on date not null,
    constraint ck_sandbox_group_answer check (answer in ('verify', 'query', 'refuse', 'slow', 'take-back'))
)
""",
    "create index ix_sandbox_group_id on sandbox_group (programme_id, id)",
    "create index ix_sandbox_group_provider_id on sandbox_group (programme_id, provider_id, id)",
    """
create table sandbox_member (
    id uuid constraint pk_sandbox_member primary key,
    programme_id text not null constraint fk_sandbox_member_programme_id_sandbox references sandbox,
    group_id uuid not null constraint fk_sandbox_member_group_id_sandbox_group references sandbox_group,
    provider_id text not null, answer text not null, source text not null, need text not null,
    specialism text not null,
    state text not null constraint ck_sandbox_member_state check (state in ('waiting', 'placed', 'ended')),
    referral_id uuid constraint fk_sandbox_member_referral_id_referral references referral, participant_id uuid,
    constraint ck_sandbox_member_placed check (state <> 'placed' or referral_id is not null)
)
""",
    "create index ix_sandbox_member_id on sandbox_member (programme_id, id)",
    "create index ix_sandbox_member_state on sandbox_member (programme_id, state, id)",
    "create index ix_sandbox_member_answer on sandbox_member (programme_id, answer, id)",
    "create index ix_sandbox_member_provider_id on sandbox_member (programme_id, provider_id, id)",
    "create index ix_sandbox_member_group_id on sandbox_member (group_id)",
    "create index ix_sandbox_member_participant_id on sandbox_member (participant_id)",
)


def upgrade() -> None:
    keep_sandboxes(op, "referral_hub", table="programme")
    for statement in PEOPLE:
        op.execute(statement)
    for table in ("sandbox_group", "sandbox_member"):
        protect(op, "referral_hub", table, provider="provider_id = {org}")
