"""A payment taken back leaves its key free; and what is told of somebody's support before anything is claimed."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME, protect
from common.migrating import check_beside, fill_by_parts, index_beside

revision = "0010"
down_revision = "0009"

COLUMNS = (
    "alter table claim add column if not exists taken_back_on date",
    "-- squawk-ignore ban-drop-not-null\n"  # only this service reads it, and knows
    "alter table adjustment alter column instead_of_id drop not null",
)
TAKEN_BACK = """
update claim set taken_back_on = a.made_on from adjustment a
where a.claim_id = claim.claim_id and a.adjustment_id between walked and reached
"""
LIVE = (
    "claim (programme_id, subject_kind, subject_id, outcome, slot)"
    " where state not in ('refused', 'withdrawn') and taken_back_on is null"
)
IN_ONE_STEP = (
    "-- squawk-ignore require-concurrent-index-deletion\n"  # the new one is there: no second claim slips in
    "drop index uq_claim_live_key",
    "-- squawk-ignore renaming-object\n"  # nobody knows it by the other name
    "alter index uq_claim_live_key_anew rename to uq_claim_live_key",
)


SUPPORT = """
create table support_told (
    event_id uuid constraint pk_support_told primary key,
    programme_id text not null, participant_id uuid not null, provider_id text not null, case_id uuid,
    kind text not null constraint ck_support_told_kind check (
        kind in ('ParticipantAllocated', 'CaseStarted', 'SupportPlanAgreed', 'AssessmentRecorded')),
    told jsonb not null, told_at timestamptz not null
)
"""
INDEX = "create index ix_support_told_participant_id on support_told (programme_id, participant_id)"
LED_OR_SHARED = """
(participant_id, provider_id) in (
    select a.participant_id, a.lead_id from participant_access a
    where a.organisation_id = {org} and a.until_on is null and not a.shareable_only)
"""
CARD_OF_A_LEAD = """
alter policy provider on provider_card using (
    programme_id = {programme} and (provider_id = {org} or provider_id in (
        select a.lead_id from participant_access a
        where a.organisation_id = {org} and a.until_on is null and not a.shareable_only)))
"""
"""Who works jointly with a lead is told what may be claimed next, which the lead's card says."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    fill_by_parts(op, "claims", "adjustment", "adjustment_id", TAKEN_BACK, "claim")
    check_beside(op, "claim", "ck_claim_taken_back", "check (taken_back_on is null or state = 'verified')")
    reason = "check ((reason = 'verified_twice') = (instead_of_id is not null))"
    check_beside(op, "adjustment", "ck_adjustment_instead_of", reason)
    index_beside(op, "uq_claim_live_key_anew", LIVE, unique=True)
    for statement in (*IN_ONE_STEP, SUPPORT, INDEX, CARD_OF_A_LEAD.format(programme=PROGRAMME, org=ORGANISATION)):
        op.execute(statement)
    protect(op, "claims", "support_told", provider=LED_OR_SHARED, append_only=True)
    op.execute("revoke insert on support_told from claims_provider, claims_partnership")
