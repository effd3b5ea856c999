"""Outcomes, assessments and documents are lists of their own, read from an index, and what changed of them is told."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME
from common.migrating import fill_by_parts, index_beside, stamp_changes

revision = "0038"
down_revision = "0037"

COLUMNS = (
    "alter table outcome add column if not exists provider_id text, add column if not exists achieved_on date",
    "alter table assessment add column if not exists provider_id text",
)
OUTCOMES = """
update outcome set
    provider_id = (select c.provider_id from support_case c where c.id = outcome.case_id),
    achieved_on = (select r.achieved_on from outcome_revision r
                   where r.outcome_id = outcome.id and r.revision = outcome.revision)
where id between walked and reached
"""
ASSESSMENTS = """
update assessment set provider_id = (select c.provider_id from support_case c where c.id = assessment.case_id)
where id between walked and reached
"""
INDEXES = {
    "outcome": ("achieved_on", "state", "provider_id", "outcome"),
    "assessment": ("assessed_on", "provider_id", "instrument", "stage"),
    "document": ("added_at", "kind", "organisation_id"),
}
LOOKED_UP = """
alter policy provider on {table} using (programme_id = {programme} and exists (
    select from case_access a where a.case_id = {table}.case_id and a.organisation_id = {organisation}
    and a.until_on is null and {whole} offset 0))
"""
"""`offset 0` has it looked up for each row that is read: a page reads few, and an organisation may see a great many."""
WHOLE = {
    "outcome": "not a.shareable_only",
    "assessment": "not a.shareable_only",
    "document": "(document.shareable or not a.shareable_only)",
}
SEEN = """
create or replace function case_seen_anew() returns trigger language plpgsql as $$
begin
    update support_case set changed_in = 0 where id = new.case_id;
    update outcome set changed_in = 0 where case_id = new.case_id;
    update assessment set changed_in = 0 where case_id = new.case_id;
    update document set changed_in = 0 where case_id = new.case_id;
    return null;
end $$
"""
ROLES = ", ".join(f"case_management_{role}" for role in ("provider", "partnership", "worker"))


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    fill_by_parts(op, "case_management", "outcome", "id", OUTCOMES, "support_case", "outcome_revision")
    fill_by_parts(op, "case_management", "assessment", "id", ASSESSMENTS, "support_case")
    for table, (by, *filters) in INDEXES.items():
        stamp_changes(op, table, "id")
        op.execute(f"grant update (changed_in) on {table} to {ROLES}")
        index_beside(op, f"ix_{table}_{by}", f"{table} (programme_id, {by}, id)")
        for name in filters:
            index_beside(op, f"ix_{table}_{name}_{by}", f"{table} (programme_id, {name}, {by}, id)")
        names = {"programme": PROGRAMME, "organisation": ORGANISATION}
        op.execute(LOOKED_UP.format(table=table, whole=WHOLE[table], **names))
    op.execute(SEEN)
