"""Who may see a participant's claims, by whom leads; and who keeps the record reads of it only what that needs."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME, protect
from common.migrating import seen_by_owner
from common.record import narrow_record

revision = "0004"
down_revision = "0003"

TABLE = """
create table participant_access (
    position bigint generated always as identity constraint pk_participant_access primary key,
    programme_id text not null, participant_id uuid not null, organisation_id text not null, lead_id text not null,
    scope text not null constraint ck_participant_access_scope check (scope in ('lead', 'joint')),
    source_id uuid not null, shareable_only boolean not null, from_on date not null, until_on date,
    constraint ck_participant_access_lead check ((scope = 'lead') = (organisation_id = lead_id)),
    constraint uq_participant_access_source
        unique (programme_id, participant_id, organisation_id, scope, source_id)
)
"""
INDEX = """
create index ix_participant_access_organisation on participant_access (organisation_id, participant_id)
"""
LEADS_SO_FAR = """
insert into participant_access
    (programme_id, participant_id, organisation_id, lead_id, scope, source_id, shareable_only, from_on)
select programme_id, participant_id, provider_id, provider_id, 'lead', case_id, false, min(raised_on)
from claim group by programme_id, participant_id, provider_id, case_id
"""
SHARED = """
(participant_id, provider_id) in (
    select a.participant_id, a.lead_id from participant_access a
    where a.organisation_id = {org} and a.until_on is null and not a.shareable_only)
"""
WITH_ITS_CLAIM = "exists (select 1 from claim c where c.claim_id = {table}.claim_id)"
PARTS = ("heard_outcome", "assessment", "item_request", "act", "agreement")


def upgrade() -> None:
    with seen_by_owner(op, "claims", "claim"):
        # Every lead of a claim there is; joint work agreed before now is shared when it is next agreed.
        for statement in (TABLE, INDEX, LEADS_SO_FAR):
            op.execute(statement)
    protect(op, "claims", "participant_access", provider="organisation_id = {org}")
    op.execute("revoke insert, update on participant_access from claims_provider, claims_partnership")
    _see("claim", SHARED.format(org=ORGANISATION))
    for table in PARTS:
        _see(table, WITH_ITS_CLAIM.format(table=table))
    narrow_record(op, "claims")


def _see(table: str, condition: str) -> None:
    op.execute(f"alter policy provider on {table} using (programme_id = {PROGRAMME} and {condition})")
