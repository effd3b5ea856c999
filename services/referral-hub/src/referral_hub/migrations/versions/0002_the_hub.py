"""The hub: programme, providers, participants and their access, referrals, allocations, declines, drop-ins."""

from alembic import op

from common.database import protect

revision = "0002"
down_revision = "0001"

TABLES = """
create table programme (
    programme_id text constraint pk_programme primary key,
    part jsonb not null,
    version integer not null
);
create table provider (
    programme_id text not null, provider_id text not null,
    name text not null, legal_form text not null, size text not null, specialisms text[] not null,
    capacity integer not null constraint ck_provider_capacity check (capacity >= 0),
    joined_on date not null, left_on date, rate_card text not null, illustrative boolean not null,
    constraint pk_provider primary key (programme_id, provider_id),
    constraint ck_provider_membership check (left_on >= joined_on)
);
create table participant (
    id uuid constraint pk_participant primary key,
    programme_id text not null,
    given_name text not null, family_name text not null, name_key text not null, date_of_birth date not null,
    sex text, address text, phone text, email text, national_insurance text, nhs_number text,
    restricted boolean not null,
    merged_into uuid constraint fk_participant_merged_into references participant,
    version integer not null,
    constraint ck_participant_merged_into check (merged_into <> id)
);
create index ix_participant_date_of_birth on participant (programme_id, date_of_birth);
create index ix_participant_name_key on participant (programme_id, name_key);
create index ix_participant_merged_into on participant (merged_into) where merged_into is not null;
create table participant_access (
    position bigint generated always as identity constraint pk_participant_access primary key,
    programme_id text not null, participant_id uuid not null, organisation_id text not null,
    scope text not null constraint ck_participant_access_scope check (scope in ('lead', 'joint')),
    source_id uuid not null, shareable_only boolean not null, from_on date not null, until_on date,
    constraint uq_participant_access_source
        unique (programme_id, participant_id, organisation_id, scope, source_id)
);
create index ix_participant_access_organisation on participant_access (organisation_id, participant_id);
create table referral (
    id uuid constraint pk_referral primary key,
    programme_id text not null,
    participant_id uuid not null constraint fk_referral_participant_id references participant,
    state text not null constraint ck_referral_state
        check (state in ('received', 'awaiting-information', 'triaged', 'allocated', 'declined', 'closed')),
    version integer not null,
    source text not null, agency_id text, pathway text, referred_on date not null, received_at timestamptz not null,
    "returning" boolean not null, needs text[] not null,
    homeless_at_referral boolean not null, threatened_with_eviction boolean not null,
    domestic_abuse_risk boolean not null, housed_at_referral boolean not null,
    stable_employment_at_referral boolean not null, release_on date,
    funding_stream text not null constraint ck_referral_funding_stream check (funding_stream in ('lcf', 'historic')),
    consent_to_share boolean not null, notes text,
    priority boolean not null, priority_reasons text[] not null, priority_note text,
    aspirations text[] not null, strengths text[] not null,
    risk_level text constraint ck_referral_risk_level check (risk_level in ('low', 'medium', 'high')),
    specialism text,
    intensity text constraint ck_referral_intensity check (intensity in ('low', 'medium', 'high')),
    complex boolean not null, triaged_on date,
    provider_id text, allocation_id uuid, closed_on date,
    closing_reason text constraint ck_referral_closing_reason
        check (closing_reason in ('triage-support', 'case-closed')),
    closing_note text,
    constraint ck_referral_triaged check (
        state not in ('triaged', 'allocated')
        or (triaged_on is not null and specialism is not null and intensity is not null)
    ),
    constraint ck_referral_allocated check (
        state <> 'allocated' or (provider_id is not null and allocation_id is not null)
    ),
    constraint ck_referral_closed check ((state = 'closed') = (closing_reason is not null)),
    constraint ck_referral_ended check ((state in ('closed', 'declined')) = (closed_on is not null))
);
create unique index uq_referral_open on referral (programme_id, participant_id)
    where state not in ('declined', 'closed');
create index ix_referral_referred_on on referral (programme_id, referred_on, id);
create index ix_referral_waiting on referral (programme_id, received_at, id)
    where state in ('received', 'awaiting-information', 'triaged');
create index ix_referral_participant_id on referral (participant_id);
create index ix_referral_provider_id on referral (programme_id, provider_id, referred_on, id);
create index ix_referral_agency_id on referral (programme_id, agency_id, referred_on, id);
create table information_request (
    id uuid constraint pk_information_request primary key,
    programme_id text not null,
    referral_id uuid not null constraint fk_information_request_referral_id references referral,
    question_code text not null, note text not null, chaser boolean not null, asked_at timestamptz not null,
    answered_at timestamptz, answer text
);
create index ix_information_request_referral_id on information_request (referral_id);
create table allocation (
    id uuid constraint pk_allocation primary key,
    programme_id text not null,
    referral_id uuid not null constraint fk_allocation_referral_id references referral,
    participant_id uuid not null, provider_id text not null, recommended_provider_id text, override_reason text,
    explanation jsonb not null, specialism text not null,
    intensity text not null constraint ck_allocation_intensity check (intensity in ('low', 'medium', 'high')),
    complex boolean not null, allocated_on date not null, allocated_at timestamptz not null,
    state text not null constraint ck_allocation_state check (state in ('placed', 'started', 'declined', 'closed')),
    case_id uuid, started_on date, ended_on date, version integer not null,
    constraint ck_allocation_override check (
        override_reason is not null or provider_id = recommended_provider_id
    ),
    constraint ck_allocation_ended check ((state in ('declined', 'closed')) = (ended_on is not null)),
    constraint fk_allocation_provider_id foreign key (programme_id, provider_id) references provider
);
create unique index uq_allocation_open on allocation (programme_id, referral_id)
    where state in ('placed', 'started');
create index ix_allocation_caseload on allocation (programme_id, provider_id, intensity)
    where state in ('placed', 'started');
create index ix_allocation_participant_id on allocation (participant_id);
create index ix_allocation_referral_id on allocation (referral_id);
create table decline (
    id uuid constraint pk_decline primary key,
    programme_id text not null,
    referral_id uuid not null constraint fk_decline_referral_id references referral,
    participant_id uuid not null, allocation_id uuid, provider_id text, reason text not null, account text not null,
    final boolean not null, complex boolean not null, source text not null, declined_on date not null,
    constraint ck_decline_provider check ((allocation_id is null) = (provider_id is null))
);
create index ix_decline_declined_on on decline (programme_id, declined_on, id);
create index ix_decline_referral_id on decline (referral_id);
create table drop_in (
    id uuid constraint pk_drop_in primary key,
    programme_id text not null,
    participant_id uuid not null constraint fk_drop_in_participant_id references participant,
    provider_id text, dropped_in_on date not null
);
create index ix_drop_in_participant_id on drop_in (participant_id)
"""

OWN = "provider_id = {org}"
SHARED = "id in (select participant_id from participant_access where organisation_id = {org} and until_on is null)"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    service = "referral_hub"
    protect(op, service, "programme", provider="true", agency="true")
    protect(op, service, "provider")
    protect(op, service, "participant_access", provider="organisation_id = {org}")
    protect(op, service, "participant", provider=SHARED)
    protect(op, service, "referral", provider=OWN, agency="agency_id = {org}")
    protect(op, service, "information_request")
    protect(op, service, "allocation", provider=OWN)
    protect(op, service, "decline", provider=OWN, append_only=True)
    protect(op, service, "drop_in", provider=OWN, append_only=True)
