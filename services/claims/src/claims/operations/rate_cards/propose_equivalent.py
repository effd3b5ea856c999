"""A provider proposes evidence of another kind in the place of one the rate card names (U-04)."""

from claims.domain.equivalent import refusals_of_proposal
from claims.operations.problems import AlreadyProposed, NotOnYourCard, ProposalRefused
from claims.storage import equivalents, rate_cards
from claims.storage.tables.equivalents import EvidenceEquivalentRow
from common.ids import new_id
from common.transaction import Transaction
from rulebook.equivalent import Equivalent


async def propose_equivalent(tx: Transaction, equivalent: Equivalent, why: str) -> EvidenceEquivalentRow:
    """Put it to the council; what was proposed or ruled before is told instead, so that one ruling serves everybody.

    Raises:
        NotOnYourCard: the outcome is not on the provider's card in force today.
        ProposalRefused: the card does not ask for the kind it is to stand for, or accepts the other already.
        AlreadyProposed: with the ruling, where there is one.
    """
    card = await rate_cards.card_for(tx.session, tx.programme_id, tx.actor.organisation, tx.today)
    rate = card.rates.get(equivalent.outcome) if card else None
    if rate is None:
        of_card = ", ".join(sorted(card.rates)) if card else "none yet"
        raise NotOnYourCard(f"{equivalent.outcome} is not on your rate card of {tx.today}. It has: {of_card}.")
    if refusals := refusals_of_proposal(equivalent, rate):
        raise ProposalRefused(refusals)
    if pair := await equivalents.find_pair(tx.session, tx.programme_id, equivalent):
        raise AlreadyProposed(str(pair.equivalent_id), pair.ruling)
    row = EvidenceEquivalentRow(
        equivalent_id=new_id(),
        programme_id=tx.programme_id,
        provider_id=tx.actor.organisation,
        outcome=equivalent.outcome,
        kind=equivalent.kind,
        stands_for=equivalent.stands_for,
        why=why,
        proposed_by=tx.actor.id,
        proposed_on=tx.today,
        version=1,
    )
    tx.session.add(row)
    tx.touched(f"equivalent/{row.equivalent_id}")
    return row
