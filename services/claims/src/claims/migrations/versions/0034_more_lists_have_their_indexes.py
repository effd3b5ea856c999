"""Rate cards and equivalents are read from an index in the order in which they are listed."""

from alembic import op

from common.migrating import index_beside

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    index_beside(op, "ix_rate_card_card", "rate_card (programme_id, card, in_force_from, version)")
    on = "evidence_equivalent (programme_id, proposed_on, equivalent_id)"
    index_beside(op, "ix_evidence_equivalent_proposed_on", on)
