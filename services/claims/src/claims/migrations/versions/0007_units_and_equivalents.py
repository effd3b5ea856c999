"""What an outcome's own limit left of a claim; kinds of evidence that the council has ruled equivalent."""

from alembic import op

from common.database import protect
from common.migrating import check_beside, index_beside

revision = "0007"
down_revision = "0004"

UNITS = """
alter table valuation
    add column if not exists units_before bigint constraint ck_valuation_units_before check (units_before >= 0),
    add column if not exists paid_units bigint constraint ck_valuation_paid_units check (paid_units >= 1)
"""

EQUIVALENT = """
create table evidence_equivalent (
    equivalent_id uuid constraint pk_evidence_equivalent primary key,
    programme_id text not null, provider_id text not null,
    outcome text not null, kind text not null, stands_for text not null, why text not null,
    proposed_by text not null, proposed_on date not null,
    ruling text constraint ck_evidence_equivalent_ruling check (ruling in ('accepted', 'refused')),
    reason text, ruled_by text, ruled_on date, event_id uuid,
    version integer not null default 1,
    constraint ck_evidence_equivalent_ruled check (
        num_nonnulls(ruling, reason, ruled_by, ruled_on, event_id) in (0, 5)),
    constraint ck_evidence_equivalent_hands check (ruled_by <> proposed_by),
    constraint ck_evidence_equivalent_other check (kind <> stands_for),
    constraint uq_evidence_equivalent_pair unique (programme_id, outcome, kind, stands_for)
);
create index ix_evidence_equivalent_outcome on evidence_equivalent (programme_id, outcome) where ruling = 'accepted';
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(UNITS)
    check_beside(op, "valuation", "ck_valuation_units", "check ((units_before is null) = (paid_units is null))")
    index_beside(op, "ix_claim_verified_outcome", "claim (programme_id, outcome) where state = 'verified'")
    for statement in filter(None, map(str.strip, EQUIVALENT.split(";\n"))):
        op.execute(statement)
    protect(op, "claims", "evidence_equivalent", provider="true")
    op.execute("revoke update on evidence_equivalent from claims_provider")
    op.execute(
        "create policy proposed_by_its_own on evidence_equivalent as restrictive for insert to claims_provider"
        " with check (provider_id = (select nullif(current_setting('app.organisation', true), '')))"
    )
