"""What a claim was worth counts no more; it stays readable, with who ended it."""

from typing import Literal
from uuid import UUID

from claims.storage.tables.payment import ClaimValuationRow
from common.transaction import Transaction


def end_valuation(
    tx: Transaction, valuation: ClaimValuationRow, ending: Literal["undone", "taken-back"], event_id: UUID
) -> None:
    """End it, once; nobody's name stands with it where two records were found to be one person."""
    valuation.ended_on, valuation.ending, valuation.ended_event_id = tx.today, ending, event_id
    valuation.ended_by = None if tx.cause else tx.actor.id
