"""Innovations: changes of a service that the personalisation fund may finance (BR-O8)."""

from alembic import op

from common.database import protect

revision = "0007"
down_revision = "0006"

TABLE = """
create table innovation (
    id uuid not null, programme_id text not null, provider_id text not null, outcome text not null,
    amount_pence bigint not null, purpose text not null, requested_by text not null, requested_on date not null,
    state text not null, decided_by text, decided_on date, decision_reason text, version bigint not null,
    constraint pk_innovation primary key (id),
    constraint ck_innovation_amount check (amount_pence >= 1),
    constraint ck_innovation_state check (state in ('open', 'approved', 'refused')),
    constraint ck_innovation_decided check (
        (state = 'open') = (decided_by is null) and (decided_by is null) = (decided_on is null)),
    constraint ck_innovation_other_hands check (decided_by <> requested_by)
)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(TABLE)
    op.execute("create index ix_innovation_requested_on on innovation (programme_id, requested_on, id)")
    protect(op, "case_management", "innovation", provider="provider_id = {org}")
