"""Claims, what they were judged on, what they are worth, and the statements that fix it."""

from alembic import op

from common.database import protect

revision = "0002"
down_revision = "0001"

SHARES_TOTAL = """
create function shares_total(shares jsonb) returns bigint language sql immutable strict parallel safe
return (select coalesce(sum((share ->> 'pence')::bigint), 0)::bigint from jsonb_array_elements(shares) as share)
"""

CONTRACT = """
create table contract (
    programme_id text constraint pk_contract primary key,
    starts_on date not null, ends_on date not null, terms jsonb not null,
    cap_pence bigint constraint ck_contract_cap check (cap_pence >= 0),
    value_to_date_pence bigint not null default 0 constraint ck_contract_value check (value_to_date_pence >= 0),
    payable_to_date_pence bigint not null default 0 constraint ck_contract_payable check (payable_to_date_pence >= 0),
    closed_month date constraint ck_contract_closed_month check (extract(day from closed_month) = 1),
    version integer not null default 1,
    constraint ck_contract_within_cap check (cap_pence is null or payable_to_date_pence <= cap_pence)
);
create table rate_card (
    programme_id text not null, card text not null, version text not null, in_force_from date not null,
    in_force_until date, document jsonb not null, sha256 text not null, event_id uuid not null,
    accepted_at timestamptz not null,
    constraint pk_rate_card primary key (programme_id, card, version),
    constraint ck_rate_card_in_force check (in_force_until is null or in_force_from <= in_force_until)
);
create table provider_card (
    programme_id text not null, provider_id text not null, card text not null,
    constraint pk_provider_card primary key (programme_id, provider_id)
);
create table participant_alias (
    programme_id text not null, alias_id uuid not null, survivor_id uuid not null, merged_on date not null,
    constraint pk_participant_alias primary key (programme_id, alias_id),
    constraint ck_participant_alias_not_itself check (alias_id <> survivor_id)
);
create index ix_participant_alias_survivor_id on participant_alias (programme_id, survivor_id);
"""

CLAIM = """
create sequence claim_number as bigint;
create table claim (
    claim_id uuid constraint pk_claim primary key,
    programme_id text not null, number text not null, provider_id text not null,
    participant_id uuid not null, case_id uuid not null, outcome_id uuid not null,
    subject_kind text not null constraint ck_claim_subject_kind check (subject_kind in ('participant', 'family', 'cohort')),
    subject_id uuid not null, outcome text not null, slot text not null,
    quantity integer not null constraint ck_claim_quantity check (quantity >= 1), unit text not null,
    revision integer not null constraint ck_claim_revision check (revision >= 1),
    state text not null constraint ck_claim_state check (
        state in ('raised', 'returned', 'approved', 'submitted', 'queried', 'verified', 'refused', 'withdrawn')),
    ready boolean not null, achieved_on date not null, rate_card text not null, rate_card_version text not null,
    recorded_by text[] not null, approved_by text, submitted_by text, verified_by text,
    raised_on date not null, approved_on date, submitted_on date, verified_on date,
    version integer not null default 1,
    constraint uq_claim_number unique (programme_id, number),
    constraint uq_claim_outcome_id unique (programme_id, outcome_id),
    constraint ck_claim_verified check (
        (state = 'verified') = (verified_on is not null) and (verified_on is null) = (verified_by is null)),
    constraint ck_claim_submitted check (state not in ('submitted', 'queried', 'verified') or submitted_by is not null),
    constraint ck_claim_approved check (
        state not in ('approved', 'submitted', 'queried', 'verified') or approved_by is not null),
    constraint ck_claim_approver check (not (approved_by = any (recorded_by))),
    constraint ck_claim_verifier check (
        verified_by <> approved_by and verified_by <> submitted_by and not (verified_by = any (recorded_by)))
);
create unique index uq_claim_live_key on claim (programme_id, subject_kind, subject_id, outcome, slot)
    where state not in ('refused', 'withdrawn');
create index ix_claim_achieved_on on claim (programme_id, achieved_on, claim_id);
create index ix_claim_subject_id on claim (programme_id, subject_id);
create index ix_claim_participant_id on claim (programme_id, participant_id);
create index ix_claim_verified_on on claim (programme_id, verified_on) where state = 'verified';
create table heard_outcome (
    claim_id uuid not null constraint fk_heard_outcome_claim_id references claim (claim_id),
    revision integer not null, programme_id text not null, provider_id text not null, event_id uuid not null,
    body jsonb not null, changed jsonb not null, heard_at timestamptz not null,
    constraint pk_heard_outcome primary key (claim_id, revision)
);
create table assessment (
    assessment_id uuid constraint pk_assessment primary key,
    programme_id text not null, provider_id text not null, claim_id uuid not null, revision integer not null,
    occasion text not null constraint ck_assessment_occasion check (
        occasion in ('raised', 'revised', 'agreement', 'approval', 'verification', 'reopening')),
    rate_card text not null, rate_card_version text not null, ready boolean not null, checks jsonb not null,
    assessed_at timestamptz not null, event_id uuid,
    constraint fk_assessment_claim_id_revision foreign key (claim_id, revision)
        references heard_outcome (claim_id, revision)
);
create index ix_assessment_claim_id on assessment (claim_id, assessment_id);
create table item_request (
    request_id uuid constraint pk_item_request primary key,
    programme_id text not null, provider_id text not null,
    claim_id uuid not null constraint fk_item_request_claim_id references claim (claim_id),
    asked_by text not null constraint ck_item_request_asked_by check (asked_by in ('prime', 'council')),
    revision integer not null, code text not null, item_id uuid, remedy text not null, due_on date,
    asked_on date not null, answered_by_revision integer,
    constraint ck_item_request_answer check (answered_by_revision > revision)
);
create index ix_item_request_claim_id on item_request (claim_id);
create table act (
    position bigint generated always as identity constraint pk_act primary key,
    programme_id text not null, provider_id text not null,
    claim_id uuid not null constraint fk_act_claim_id references claim (claim_id),
    verb text not null, state text not null, revision integer not null, by text not null, organisation text not null,
    acted_at timestamptz not null, detail jsonb not null, event_id uuid, caused_by uuid
);
create index ix_act_claim_id on act (claim_id, position);
create table agreement (
    claim_id uuid not null constraint fk_agreement_claim_id references claim (claim_id),
    code text not null, programme_id text not null, provider_id text not null, agreed_by text not null,
    agreed_on date not null,
    constraint pk_agreement primary key (claim_id, code)
);
"""

MONEY = """
create table valuation (
    claim_id uuid constraint pk_valuation primary key
        constraint fk_valuation_claim_id references claim (claim_id),
    programme_id text not null, provider_id text not null, verified_on date not null,
    rate_card text not null, rate_card_version text not null, quantity integer not null,
    price_pence bigint not null, payable_pence bigint not null, above_cap_pence bigint not null,
    payable_before_pence bigint not null, cap_pence bigint, payment_mode text not null, shares jsonb not null,
    event_id uuid not null,
    constraint ck_valuation_pence check (price_pence >= 0 and payable_pence >= 0 and above_cap_pence >= 0),
    constraint ck_valuation_mode check (
        payable_pence + above_cap_pence = case when payment_mode = 'outcome' then price_pence else 0 end),
    constraint ck_valuation_within_cap check (cap_pence is null or payable_before_pence + payable_pence <= cap_pence),
    constraint ck_valuation_shares check (shares_total(shares) = payable_pence)
);
create index ix_valuation_verified_on on valuation (programme_id, verified_on, claim_id);
create table adjustment (
    adjustment_id uuid constraint pk_adjustment primary key,
    programme_id text not null,
    claim_id uuid not null constraint fk_adjustment_claim_id references claim (claim_id),
    instead_of_id uuid not null constraint fk_adjustment_instead_of_id references claim (claim_id),
    reason text not null, value_pence bigint not null, payable_pence bigint not null, above_cap_pence bigint not null,
    shares jsonb not null, made_on date not null, event_id uuid not null,
    constraint uq_adjustment_claim_id unique (claim_id),
    constraint ck_adjustment_takes_back check (value_pence <= 0 and payable_pence <= 0 and above_cap_pence <= 0),
    constraint ck_adjustment_shares check (shares_total(shares) = payable_pence)
);
create index ix_adjustment_made_on on adjustment (programme_id, made_on);
create table statement (
    statement_id uuid constraint pk_statement primary key,
    programme_id text not null,
    month date not null constraint ck_statement_month check (extract(day from month) = 1),
    lines integer not null, value_pence bigint not null, payable_pence bigint not null, above_cap_pence bigint not null,
    shares jsonb not null, issued_on date not null, issued_by text not null, event_id uuid not null,
    constraint uq_statement_month unique (programme_id, month),
    constraint ck_statement_pence check (lines >= 0 and payable_pence >= 0),
    constraint ck_statement_shares check (shares_total(shares) = payable_pence)
);
create table statement_line (
    statement_id uuid not null constraint fk_statement_line_statement_id references statement (statement_id),
    position integer not null, programme_id text not null,
    kind text not null constraint ck_statement_line_kind check (kind in ('claim', 'adjustment')),
    claim_id uuid not null constraint fk_statement_line_claim_id references claim (claim_id),
    claim_number text not null, provider_id text not null, outcome text not null, slot text not null,
    achieved_on date not null, verified_on date not null, rate_card text not null, rate_card_version text not null,
    payment_mode text not null, value_pence bigint not null, payable_pence bigint not null,
    above_cap_pence bigint not null, shares jsonb not null,
    constraint pk_statement_line primary key (statement_id, position),
    constraint uq_statement_line_claim_id unique (claim_id, kind),
    constraint ck_statement_line_sign check (
        case kind when 'claim' then value_pence >= 0 and payable_pence >= 0 else value_pence <= 0 and payable_pence <= 0 end),
    constraint ck_statement_line_shares check (shares_total(shares) = payable_pence)
);
"""

OWN = "provider_id = {org}"
CHANGING = {"contract": None, "provider_card": OWN, "participant_alias": "true", "claim": OWN, "item_request": OWN}
"""Tables whose rows change, with what a provider sees of them."""
WRITTEN_ONCE = {
    "rate_card": "true",
    "heard_outcome": OWN,
    "assessment": OWN,
    "act": OWN,
    "agreement": OWN,
    "valuation": OWN,
    "adjustment": None,
    "statement": None,
    "statement_line": None,
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(SHARES_TOTAL)
    for statements in (CONTRACT, CLAIM, MONEY):
        for statement in filter(None, map(str.strip, statements.split(";\n"))):
            op.execute(statement)
    for table, provider in (CHANGING | WRITTEN_ONCE).items():
        protect(op, "claims", table, provider=provider, append_only=table in WRITTEN_ONCE)
        if provider is not None:
            op.execute(f"revoke insert, update on {table} from claims_provider")
    op.execute("grant update (in_force_until) on rate_card to claims_partnership")
    op.execute("grant usage on sequence claim_number to claims_worker")
    op.execute("grant select on rate_card to claims_agency")
    op.execute(
        "create policy agency on rate_card for select to claims_agency"
        " using (programme_id = (select nullif(current_setting('app.programme', true), '')))"
    )
