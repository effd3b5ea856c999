"""The council rules on a proposed equivalent, once; accepted, it is a precedent for every provider (U-04)."""

from typing import Literal
from uuid import UUID

from claims.operations.problems import AlreadyRuled, NoSuchEquivalent
from claims.storage import equivalents
from claims.storage.tables import EvidenceEquivalent
from common.contracts.claims import EquivalentRuled
from common.transaction import Transaction

Ruling = Literal["accepted", "refused"]


async def rule_on_equivalent(tx: Transaction, equivalent_id: UUID, ruling: Ruling, reason: str) -> EvidenceEquivalent:
    """Accept or refuse it, with the reason. Claims judged from now on go by it; a ruling is never taken back.

    Raises:
        NoSuchEquivalent, StaleVersion
        AlreadyRuled: the council has ruled before.
    """
    row = await equivalents.equivalent_to_rule(tx.session, tx.programme_id, equivalent_id)
    if row is None:
        raise NoSuchEquivalent
    tx.expect_version(row.version)
    if row.ruling is not None:
        raise AlreadyRuled(f"It was {row.ruling} on {row.ruled_on}.")
    event = EquivalentRuled(
        **tx.envelope(),
        equivalent_id=equivalent_id,
        outcome=row.outcome,
        kind=row.kind,
        stands_for=row.stands_for,
        ruling=ruling,
        ruled_on=tx.today,
    )
    row.ruling, row.reason, row.ruled_by, row.ruled_on = ruling, reason, tx.actor.id, tx.today
    row.event_id, row.version = event.event_id, row.version + 1
    tx.announce(event)
    tx.touched(f"equivalent/{equivalent_id}")
    return row
