"""A provider's list passes over what is others' in the index, and reads its own claims alone."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME
from common.migrating import index_beside

revision = "0037"
down_revision = "0036"

ORDERS = {
    "achieved_on": (("", "state", "outcome", "ready"), ""),
    "waiting_since": (("", "state"), " where waiting_since is not null"),
    "due_on": (("",), " where due_on is not null"),
    "changed_in": (("",), ""),
}
OF_THEM = "organisation_id = {organisation} and until_on is null"
WHOSE = """
alter policy provider on claim using (programme_id = {programme} and provider_id = any (array(
    with recursive leads as (
        (select lead_id from participant_access where {of_them} order by lead_id limit 1)
        union all
        select (select a.lead_id from participant_access a where {of_them} and a.lead_id > leads.lead_id
                order by a.lead_id limit 1)
        from leads where leads.lead_id is not null)
    select lead_id from leads where lead_id is not null)) and exists (
    select from participant_access a
    where a.organisation_id = {organisation} and a.participant_id = claim.participant_id
    and a.lead_id = claim.provider_id and a.until_on is null and not a.shareable_only offset 0))
"""
"""First by the few who lead anybody that the organisation may see, each looked up from the one before; then, as before,
each claim by its participant."""


def upgrade() -> None:
    whose = "participant_access (programme_id, organisation_id, lead_id) where until_on is null"
    index_beside(op, "ix_participant_access_lead", whose)
    before: list[str] = []
    for by, (filters, where) in ORDERS.items():
        for narrowed in filters:
            beside, columns = (f"{narrowed}_", f"{narrowed}, {by}") if narrowed else ("", by)
            on = f"claim (programme_id, {columns}, claim_id, provider_id){where}"
            index_beside(op, f"ix_claim_{beside}{by}_provider_id", on)
            before.append(f"ix_claim_{beside}{by}")
    of_them = OF_THEM.format(organisation=ORGANISATION)
    op.execute(WHOSE.format(programme=PROGRAMME, organisation=ORGANISATION, of_them=of_them))
    with op.get_context().autocommit_block():
        for name in before:
            op.execute(f"drop index concurrently if exists {name}")
