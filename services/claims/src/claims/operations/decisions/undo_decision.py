"""The council takes back its last decision on a claim: what was verified in an open month, or refused, is submitted."""

from uuid import UUID

from claims.domain.correction import council_refused_it, month_is_open, payment_stands
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again
from claims.operations.assessment.catch_up import catch_up
from claims.operations.assessment.judge_others import others_judged
from claims.operations.loading import claim_among_others, claim_to_move
from claims.operations.payment.amounts import shares_in, shares_told
from claims.operations.payment.end_valuation import end_valuation
from claims.operations.problems import AlreadyClaimed, CorrectionRefused
from claims.operations.transitions import about, move, state_of
from claims.storage import claims, rate_cards
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import RefusalUndone, VerificationUndone
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded

from .check_reasons import check_reasons


async def undo_decision(tx: Transaction, claim_id: UUID, code: str, reason: str, receipts: Receipts) -> ClaimRow:
    """Give a claim back to the council's queue as if it had not been decided; what was decided stays in its history.

    A verification is undone by another person, while no statement has told of it: what it took of the caps is there
    again for whoever is verified next, and claims verified since keep what was fixed for them. A correction that came
    meanwhile is what the claim stands on from now, and the prime approves it anew.

    Raises:
        ReasonUnknown
        NoSuchClaim, StaleVersion, NotInThatState, SameHands
        CorrectionRefused: its month is closed, its payment was taken back, or a rule refused it.
        AlreadyClaimed: it was refused, and another claim has used up its key since.
    """
    await claim_among_others(tx, claim_id)
    claim = await claim_to_move(tx, claim_id, "undo")
    await check_reasons(tx, "undoing", [code])
    async with others_judged(tx, claim.subject_id):
        if claim.state == "verified":
            await _undo_verification(tx, claim, code, reason)
        else:
            await _undo_refusal(tx, claim, code, reason, receipts)
        await tx.session.flush()
        await catch_up(tx, claim)
    return claim


async def _undo_verification(tx: Transaction, claim: ClaimRow, code: str, reason: str) -> None:
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    valuation = await claims.valuation_of(tx.session, claim.claim_id)
    if contract is None or valuation is None:
        raise ProgrammeNotLoaded
    checks = (
        payment_stands(state_of(claim), claim.taken_back_on),
        month_is_open(valuation.verified_on, contract.closed_month),
    )
    if refusals := [refusal for refusal in checks if refusal is not None]:
        raise CorrectionRefused(refusals)
    undone = VerificationUndone(
        **tx.envelope(),
        **about(claim),
        verified_as=valuation.event_id,
        verified_on=valuation.verified_on,
        reason=code,
        price_pence=valuation.price_pence,
        payable_pence=valuation.payable_pence,
        above_cap_pence=valuation.above_cap_pence,
        shares=shares_told(shares_in(valuation.shares)),
        undone_on=tx.today,
    )
    contract.payable_to_date_pence -= valuation.payable_pence
    contract.value_to_date_pence -= valuation.price_pence
    end_valuation(tx, valuation, "undone", undone.event_id)
    claim.verified_by = claim.verified_on = claim.challenged_by = claim.basis_changed_on = None
    move(tx, claim, "undo", undone, code=code, why=reason, undone="verify", valuation_id=str(valuation.event_id))


async def _undo_refusal(tx: Transaction, claim: ClaimRow, code: str, reason: str, receipts: Receipts) -> None:
    if refusal := council_refused_it(claim.approved_by):
        raise CorrectionRefused([refusal])
    assessment = await assess_again(tx, claim, "undoing", receipts)
    if assessment.duplicate:
        raise AlreadyClaimed(assessment.refusals)
    undone = RefusalUndone(**tx.envelope(), **about(claim), reason=code, undone_on=tx.today)
    move(tx, claim, "undo", undone, code=code, why=reason, undone="refuse")
