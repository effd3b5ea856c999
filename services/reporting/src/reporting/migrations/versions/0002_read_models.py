"""Read models: referrals, allocations, cases, outcomes, timelines, and the programme's tracker rows and targets."""

from alembic import op

from common.database import protect

revision = "0002"
down_revision = "0001"

TABLES = """
create table programme (
    programme_id text not null, version bigint not null, sha256 text not null, part jsonb not null,
    constraint pk_programme primary key (programme_id, version),
    constraint ck_programme_version check (version >= 1),
    constraint ck_programme_sha256 check (sha256 ~ '^[0-9a-f]{64}$')
);
create table kpi_targets (
    programme_id text not null, version bigint not null, provider_id text not null, from_on date not null,
    until_on date, monthly jsonb not null, illustrative boolean not null,
    constraint pk_kpi_targets primary key (programme_id, version, provider_id, from_on),
    constraint fk_kpi_targets_programme_id foreign key (programme_id, version) references programme,
    constraint ck_kpi_targets_period check (until_on >= from_on)
);
create table referral (
    programme_id text not null, referral_id uuid not null, participant_id uuid not null, source text, agency_id text,
    referred_on date, known_before boolean, triaged_on date, declined_on date, supported_on date,
    constraint pk_referral primary key (programme_id, referral_id)
);
create index ix_referral_referred_on on referral (programme_id, referred_on);
create table allocation (
    programme_id text not null, allocation_id uuid not null, referral_id uuid not null, participant_id uuid not null,
    provider_id text not null, referred_on date, allocated_on date, priority boolean, declined_on date,
    decline_reason text,
    constraint pk_allocation primary key (programme_id, allocation_id),
    constraint ck_allocation_decline check ((declined_on is null) = (decline_reason is null))
);
create index ix_allocation_allocated_on on allocation (programme_id, allocated_on);
create table support_case (
    programme_id text not null, case_id uuid not null, participant_id uuid not null, provider_id text not null,
    started_on date, plan_agreed_on date, plan_days bigint, closed_on date, closure_reason text,
    constraint pk_support_case primary key (programme_id, case_id),
    constraint ck_support_case_plan check ((plan_agreed_on is null) = (plan_days is null)),
    constraint ck_support_case_closure check ((closed_on is null) = (closure_reason is null))
);
create index ix_support_case_started_on on support_case (programme_id, started_on);
create table outcome (
    programme_id text not null, outcome_id uuid not null, participant_id uuid not null, provider_id text not null,
    outcome text, slot text, achieved_on date, revision bigint, withdrawn_on date,
    claim_id uuid, claim_number text, claim_state text, refusals text[] not null default '{}', accepted_on date,
    verified_on date, price_pence bigint, payable_pence bigint, above_cap_pence bigint,
    constraint pk_outcome primary key (programme_id, outcome_id),
    constraint ck_outcome_recorded check ((achieved_on is null) = (revision is null)),
    constraint ck_outcome_named check (outcome is not null or num_nonnulls(achieved_on, claim_id) = 0),
    constraint ck_outcome_claim check (
        (claim_id is null) = (claim_state is null) and (claim_id is null) = (claim_number is null)),
    constraint ck_outcome_claim_state check (claim_state in (
        'raised', 'returned', 'approved', 'submitted', 'queried', 'verified', 'refused', 'withdrawn')),
    constraint ck_outcome_verified check (
        case when claim_state = 'verified'
             then num_nulls(verified_on, price_pence, payable_pence, above_cap_pence) = 0
             else num_nonnulls(verified_on, price_pence, payable_pence, above_cap_pence) = 0 end),
    constraint ck_outcome_money check (price_pence >= 0 and payable_pence >= 0 and above_cap_pence >= 0)
);
create index ix_outcome_achieved_on on outcome (programme_id, achieved_on);
create index ix_outcome_provider_id on outcome (programme_id, provider_id, achieved_on);
create table heard_event (
    programme_id text not null, event_id uuid not null, participant_id uuid not null, topic text not null,
    type text not null, provider_id text, occurred_at timestamptz not null, facts jsonb not null,
    constraint pk_heard_event primary key (programme_id, event_id)
);
create index ix_heard_event_participant_id on heard_event (programme_id, participant_id, occurred_at, event_id);
create table participant_alias (
    programme_id text not null, alias_id uuid not null, participant_id uuid not null,
    constraint pk_participant_alias primary key (programme_id, alias_id),
    constraint ck_participant_alias_other check (alias_id <> participant_id)
);
create index ix_participant_alias_participant_id on participant_alias (programme_id, participant_id);
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    own = "provider_id = {org}"
    protect(op, "reporting", "programme", provider="true", append_only=True)
    protect(op, "reporting", "kpi_targets", provider=own, append_only=True)
    protect(op, "reporting", "referral")
    protect(op, "reporting", "allocation", provider=own)
    protect(op, "reporting", "support_case", provider=own)
    protect(op, "reporting", "outcome", provider=own)
    protect(op, "reporting", "heard_event", append_only=True)
    protect(op, "reporting", "participant_alias")
