"""Cases: access, plans, assessments, notes, documents, outcomes, closures, and the programme's part."""

from alembic import op

from common.database import protect

revision = "0002"
down_revision = "0001"

TABLES = """
create table programme (
    programme_id text not null, version bigint not null, sha256 text not null, part jsonb not null,
    constraint pk_programme primary key (programme_id),
    constraint ck_programme_version check (version >= 1)
);
create table support_case (
    id uuid not null, programme_id text not null, participant_id uuid not null, referral_id uuid not null,
    allocation_id uuid not null, provider_id text not null, state text not null, restricted boolean not null,
    referred_on date not null, allocated_on date not null, started_on date, closed_on date, closure_reason text,
    phase text not null, phase_since date, worker text, funding_stream text not null, specialism text not null,
    intensity text not null, complex boolean not null, priority boolean not null, "returning" boolean not null,
    housed_at_referral boolean not null, stable_employment_at_referral boolean not null, version bigint not null,
    constraint pk_support_case primary key (id),
    constraint uq_support_case_allocation_id unique (allocation_id),
    constraint ck_support_case_state check (state in ('allocated', 'started', 'closure-requested', 'closed')),
    constraint ck_support_case_started check (
        case state when 'allocated' then started_on is null when 'started' then started_on is not null else true end),
    constraint ck_support_case_closed check (
        (state = 'closed') = (closed_on is not null) and (closed_on is null) = (closure_reason is null)),
    constraint ck_support_case_start check (started_on >= allocated_on),
    constraint ck_support_case_phase check (phase in ('intensive', 'light-touch')),
    constraint ck_support_case_funding_stream check (funding_stream in ('lcf', 'historic')),
    constraint ck_support_case_version check (version >= 1)
);
create index ix_support_case_allocated_on on support_case (programme_id, allocated_on, id);
create index ix_support_case_participant_id on support_case (participant_id);
create table case_access (
    id uuid not null, programme_id text not null, case_id uuid not null, participant_id uuid not null,
    organisation_id text not null, lead_id text not null, scope text not null, shareable_only boolean not null,
    from_on date not null, until_on date,
    constraint pk_case_access primary key (id),
    constraint fk_case_access_case_id foreign key (case_id) references support_case (id),
    constraint ck_case_access_scope check (scope in ('lead', 'joint')),
    constraint ck_case_access_lead check ((scope = 'lead') = (organisation_id = lead_id)),
    constraint ck_case_access_shareable_only check (scope = 'joint' or not shareable_only),
    constraint ck_case_access_period check (until_on >= from_on)
);
create unique index uq_case_access_open on case_access (case_id, organisation_id) where until_on is null;
create index ix_case_access_organisation_id on case_access (organisation_id, case_id);
create table participant_alias (
    alias_id uuid not null, programme_id text not null, survivor_id uuid not null,
    constraint pk_participant_alias primary key (alias_id),
    constraint ck_participant_alias_other check (alias_id <> survivor_id)
);
create table case_phase (
    id uuid not null, programme_id text not null, case_id uuid not null, phase text not null,
    changed_on date not null, worker text,
    constraint pk_case_phase primary key (id),
    constraint fk_case_phase_case_id foreign key (case_id) references support_case (id),
    constraint ck_case_phase_phase check (phase in ('intensive', 'light-touch'))
);
create index ix_case_phase_case_id on case_phase (case_id);
create table plan (
    id uuid not null, programme_id text not null, case_id uuid not null, kind text not null, version bigint not null,
    agreed_on date not null, goals jsonb not null, recorded_by text not null,
    constraint pk_plan primary key (id),
    constraint uq_plan_case_id_version unique (case_id, version),
    constraint fk_plan_case_id foreign key (case_id) references support_case (id),
    constraint ck_plan_kind check (kind in ('support', 'safety')),
    constraint ck_plan_version check (version >= 1)
);
create table assessment (
    id uuid not null, programme_id text not null, case_id uuid not null, instrument text not null,
    stage text not null, score bigint not null, assessed_on date not null, recorded_by text not null,
    constraint pk_assessment primary key (id),
    constraint fk_assessment_case_id foreign key (case_id) references support_case (id),
    constraint ck_assessment_stage check (stage in ('referral', 'initial', 'second', 'third', 'later'))
);
create index ix_assessment_case_id on assessment (case_id);
create table note (
    id uuid not null, programme_id text not null, case_id uuid not null, words text not null, channel text,
    attempt boolean not null, tailored_how text not null, noted_on date not null, written_at timestamptz not null,
    author text not null, organisation_id text not null, shareable boolean not null, corrects uuid,
    constraint pk_note primary key (id),
    constraint fk_note_case_id foreign key (case_id) references support_case (id),
    constraint fk_note_corrects foreign key (corrects) references note (id),
    constraint ck_note_attempt check (not attempt or channel is not null)
);
create index ix_note_case_id on note (case_id, noted_on, id);
create table document (
    id uuid not null, programme_id text not null, case_id uuid not null, kind text not null, dated_on date,
    shareable boolean not null, media_type text not null, bytes bigint not null, sha256 text not null,
    store_key text not null, added_by text not null, organisation_id text not null, added_at timestamptz not null,
    constraint pk_document primary key (id),
    constraint uq_document_store_key unique (store_key),
    constraint fk_document_case_id foreign key (case_id) references support_case (id),
    constraint ck_document_bytes check (bytes > 0),
    constraint ck_document_sha256 check (sha256 ~ '^[0-9a-f]{64}$')
);
create index ix_document_case_id on document (case_id);
create table outcome (
    id uuid not null, programme_id text not null, case_id uuid not null, outcome text not null, slot text not null,
    state text not null, revision bigint not null, recorded_by text not null, withdrawn_on date,
    withdrawal_reason text,
    constraint pk_outcome primary key (id),
    constraint fk_outcome_case_id foreign key (case_id) references support_case (id),
    constraint ck_outcome_state check (state in ('recorded', 'evidenced', 'withdrawn')),
    constraint ck_outcome_withdrawn check (
        (state = 'withdrawn') = (withdrawn_on is not null) and (withdrawn_on is null) = (withdrawal_reason is null)),
    constraint ck_outcome_revision check (revision >= 1)
);
create index ix_outcome_case_id on outcome (case_id);
create table outcome_revision (
    outcome_id uuid not null, revision bigint not null, programme_id text not null, case_id uuid not null,
    achieved_on date not null, quantity bigint not null, facts jsonb not null, contributors text[] not null,
    recorded_by text not null, recorded_at timestamptz not null,
    constraint pk_outcome_revision primary key (outcome_id, revision),
    constraint fk_outcome_revision_outcome_id foreign key (outcome_id) references outcome (id),
    constraint fk_outcome_revision_case_id foreign key (case_id) references support_case (id),
    constraint ck_outcome_revision_revision check (revision >= 1),
    constraint ck_outcome_revision_quantity check (quantity >= 1)
);
create index ix_outcome_revision_case_id on outcome_revision (case_id);
create table citation (
    outcome_id uuid not null, revision bigint not null, item_id uuid not null, programme_id text not null,
    case_id uuid not null, kind text not null, sha256 text, dated_on date,
    constraint pk_citation primary key (outcome_id, revision, item_id),
    constraint fk_citation_outcome_id foreign key (outcome_id) references outcome (id),
    constraint fk_citation_case_id foreign key (case_id) references support_case (id),
    constraint ck_citation_sha256 check ((kind = 'case-note') = (sha256 is null))
);
create index ix_citation_item_id on citation (item_id);
create index ix_citation_case_id on citation (case_id);
create table closure_request (
    id uuid not null, programme_id text not null, case_id uuid not null, reason text not null,
    by_participant boolean not null, requested_by text not null, requested_on date not null, state text not null,
    decided_by text, decided_on date, decision_reason text, version bigint not null,
    constraint pk_closure_request primary key (id),
    constraint fk_closure_request_case_id foreign key (case_id) references support_case (id),
    constraint ck_closure_request_state check (state in ('open', 'confirmed', 'refused')),
    constraint ck_closure_request_decided check (
        (state = 'open') = (decided_by is null) and (decided_by is null) = (decided_on is null)),
    constraint ck_closure_request_never_refused check (not (by_participant and state = 'refused'))
);
create unique index uq_closure_request_open on closure_request (case_id) where state = 'open';
create index ix_closure_request_case_id on closure_request (case_id);
"""

MINE = "select {what} from case_access where organisation_id = {{org}} and until_on is null"
ON_THE_CASE = f"case_id in ({MINE.format(what='case_id')})"
ALL_OF_IT = f"case_id in ({MINE.format(what='case_id')} and not shareable_only)"
SHARED = f"{ON_THE_CASE} and (shareable or {ALL_OF_IT})"
MY_PARTICIPANTS = MINE.format(what="participant_id")

CHANGING = {
    "support_case": ON_THE_CASE.replace("case_id", "id", 1),
    "case_access": "(organisation_id = {org} or lead_id = {org})",
    "outcome": ALL_OF_IT,
    "closure_request": ALL_OF_IT,
}
KEPT = {
    "case_phase": ON_THE_CASE,
    "plan": ALL_OF_IT,
    "assessment": ALL_OF_IT,
    "note": SHARED,
    "document": SHARED,
    "outcome_revision": ALL_OF_IT,
    "citation": ALL_OF_IT,
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    for table, seen in CHANGING.items():
        protect(op, "case_management", table, provider=seen)
    for table, seen in KEPT.items():
        protect(op, "case_management", table, provider=seen, append_only=True)
    protect(op, "case_management", "programme", provider="true")
    op.execute("revoke insert, update on programme from case_management_provider")
    protect(
        op,
        "case_management",
        "participant_alias",
        provider=f"(alias_id in ({MY_PARTICIPANTS}) or survivor_id in ({MY_PARTICIPANTS}))",
    )
    op.execute("revoke insert, update on participant_alias from case_management_provider")
