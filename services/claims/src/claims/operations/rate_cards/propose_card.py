"""A drafted version of a rate card is put to prime and council, with the reason for it (S-72)."""

from uuid import UUID

from claims.domain.card_change import period_is_free
from claims.operations.problems import CardChangeRefused
from claims.storage import rate_cards
from claims.storage.tables.rate_cards import RateCardChangeRow
from common.transaction import Transaction
from rulebook.reading import read_rate_card

from .card_changes import change_for, moved


async def propose_card(tx: Transaction, change_id: UUID, rationale: str) -> RateCardChangeRow:
    """Propose it; from here both sides may accept or reject, and nothing in it changes any more.

    Raises:
        NoSuchCardChange, StaleVersion
        CardChangeRefused: it is no draft, or an accepted version is in force on its days.
    """
    row, _ = await change_for(tx, change_id, "propose")
    rows = await rate_cards.cards_of(tx.session, tx.programme_id)
    if refusal := period_is_free(read_rate_card(row.document), map(rate_cards.rate_card_of, rows)):
        raise CardChangeRefused([refusal])
    moved(tx, row, state="proposed", rationale=rationale, proposed_by=tx.actor.id, proposed_on=tx.today)
    await tx.session.flush()
    return row
