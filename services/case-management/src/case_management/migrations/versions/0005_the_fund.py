"""The personalisation fund: requests, decisions, and what is approved in all (§2.O)."""

from alembic import op

from common.database import protect

revision = "0005"
down_revision = "0004"

TABLES = """
create table fund (
    programme_id text not null, approved_pence bigint not null,
    constraint pk_fund primary key (programme_id),
    constraint ck_fund_approved check (approved_pence >= 0)
);
create table fund_request (
    id uuid not null, programme_id text not null, case_id uuid not null, participant_id uuid not null,
    provider_id text not null, category text not null, outcome text not null, amount_pence bigint not null,
    level text not null, split boolean not null, requested_by text not null, requested_on date not null,
    state text not null, decided_by text, decided_on date, decision_reason text, version bigint not null,
    constraint pk_fund_request primary key (id),
    constraint fk_fund_request_case_id foreign key (case_id) references support_case (id),
    constraint ck_fund_request_amount check (amount_pence >= 1),
    constraint ck_fund_request_level check (level in ('manager', 'board')),
    constraint ck_fund_request_split check (not split or level = 'board'),
    constraint ck_fund_request_state check (state in ('open', 'approved', 'refused')),
    constraint ck_fund_request_decided check (
        (state = 'open') = (decided_by is null) and (decided_by is null) = (decided_on is null)),
    constraint ck_fund_request_other_hands check (decided_by <> requested_by)
);
create index ix_fund_request_case_id on fund_request (case_id);
create index ix_fund_request_participant_id on fund_request (participant_id);
create index ix_fund_request_requested_on on fund_request (programme_id, requested_on, id);
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    protect(op, "case_management", "fund", provider="true")
    protect(op, "case_management", "fund_request", provider="provider_id = {org}")
