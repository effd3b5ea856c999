"""A payment is taken back: the claim stays verified, and an adjustment reverses it in a coming statement (BR-H13)."""

from typing import Any
from uuid import UUID

from claims.domain.statement import taken_back
from claims.operations.transitions import about, keep_act
from claims.storage import claims, rate_cards
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.payment import AdjustmentRow
from common.contracts.claims import ClaimAdjusted
from common.ids import new_id
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded

from .amounts import shares_shown, valued
from .end_valuation import end_valuation


async def take_back(
    tx: Transaction, claim: ClaimRow, reason: str, event_id: UUID, stands: ClaimRow | None = None, **detail: Any
) -> None:
    """Reverse what a verified claim pays, to the penny, under the contract's lock; `stands` is what stays in its place.

    Its key is free from now on, and what it took of the cap is there again. Raises `ProgrammeNotLoaded`.
    """
    valuation = await claims.valuation_of(tx.session, claim.claim_id)
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    if valuation is None or contract is None:
        raise ProgrammeNotLoaded
    amounts = taken_back(valued(valuation))
    tx.session.add(
        AdjustmentRow(
            adjustment_id=new_id(),
            programme_id=tx.programme_id,
            claim_id=claim.claim_id,
            valuation_id=valuation.event_id,
            instead_of_id=None if stands is None else stands.claim_id,
            reason=reason,
            value_pence=amounts.value_pence,
            payable_pence=amounts.payable_pence,
            above_cap_pence=amounts.above_cap_pence,
            shares=shares_shown(amounts.shares),
            made_on=tx.today,
            event_id=event_id,
        )
    )
    contract.payable_to_date_pence += amounts.payable_pence
    contract.value_to_date_pence += amounts.value_pence
    end_valuation(tx, valuation, "taken-back", event_id)
    claim.taken_back_on, claim.taken_back_by = tx.today, valuation.ended_by
    tx.announce(
        ClaimAdjusted(
            **tx.envelope(),
            **about(claim),
            instead_of=None if stands is None else stands.number,
            reason=reason,
            value_pence=valuation.price_pence,
            payable_pence=valuation.payable_pence,
            above_cap_pence=valuation.above_cap_pence,
            adjusted_on=tx.today,
        )
    )
    keep_act(tx, claim, "take-back", event_id, reason=reason, valuation_id=str(valuation.event_id), **detail)
