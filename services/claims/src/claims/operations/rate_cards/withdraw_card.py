"""Whoever brought a draft or a proposal takes it back."""

from uuid import UUID

from claims.domain.card_change import withdrawal_is_by_its_own
from claims.operations.problems import CardChangeRefused
from claims.storage.tables.rate_cards import RateCardChangeRow
from common.transaction import Transaction

from .card_changes import change_for, hand_of, moved


async def withdraw_card(tx: Transaction, change_id: UUID, reason: str) -> RateCardChangeRow:
    """Withdraw it; the version may be drafted again.

    Raises:
        NoSuchCardChange, StaleVersion
        CardChangeRefused: it is accepted or ended, or another organisation brought it.
    """
    row, change = await change_for(tx, change_id, "withdraw")
    if refusal := withdrawal_is_by_its_own(change, hand_of(tx)):
        raise CardChangeRefused([refusal])
    return moved(tx, row, state="withdrawn", reason=reason, ended_by=tx.actor.id, ended_on=tx.today)
