"""Prime or council says no to a proposed version, with the reason."""

from uuid import UUID

from claims.storage.tables.rate_cards import RateCardChangeRow
from common.transaction import Transaction

from .card_changes import change_for, moved


async def reject_card(tx: Transaction, change_id: UUID, reason: str) -> RateCardChangeRow:
    """Reject it, for good: another version may be drafted.

    Raises:
        NoSuchCardChange, StaleVersion
        CardChangeRefused: it is not proposed.
    """
    row, _ = await change_for(tx, change_id, "reject")
    return moved(tx, row, state="rejected", reason=reason, ended_by=tx.actor.id, ended_on=tx.today)
