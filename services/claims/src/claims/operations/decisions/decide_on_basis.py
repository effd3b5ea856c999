"""The council decides on a claim whose basis changed, or that was challenged: it stands, or is taken back."""

from uuid import UUID

from claims.domain.basis import Decision, basis_has_changed, there_is_a_payment_to_take_back
from claims.domain.correction import decided_by_another
from claims.operations.assessment.judge_others import others_judged
from claims.operations.loading import claim_among_others, hands_are_clean
from claims.operations.payment.take_back import take_back
from claims.operations.problems import NothingToDecide, SameHands
from claims.operations.transitions import about, keep_act, state_of
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimBasisDecided
from common.transaction import Transaction

from .check_reasons import check_reasons

CHANGED, CHALLENGED = "basis_changed", "challenged"


async def decide_on_basis(tx: Transaction, claim_id: UUID, decision: Decision, code: str, reason: str) -> ClaimRow:
    """Keep the decision with its reason and take the claim off the worklist; what was judged stays as it was (BR-H13).

    Taken back, the claim's key is free: the outcome may be recorded anew, or the claim reinstated.

    Raises:
        ReasonUnknown
        NoSuchClaim, StaleVersion
        NothingToDecide: nothing has changed, or there is no payment that could be taken back.
        SameHands: whoever recorded, approved, submitted or challenged it does not decide, nor may its verifier let
            stand what another has challenged (BR-F5).
    """
    claim = await claim_among_others(tx, claim_id)
    tx.expect_version(claim.version)
    checks = (
        basis_has_changed(claim.basis_changed_on),
        there_is_a_payment_to_take_back(decision, state_of(claim), claim.taken_back_on),
    )
    if refusals := [refusal for refusal in checks if refusal is not None]:
        raise NothingToDecide(refusals)
    hands_are_clean(tx, claim, "refuse")
    if refusal := decided_by_another(decision, tx.actor.id, claim.challenged_by, claim.verified_by):
        raise SameHands(refusal)
    await check_reasons(tx, "basis-decision", [code])
    event = ClaimBasisDecided(**tx.envelope(), **about(claim), decision=decision, reason=code, decided_on=tx.today)
    tx.announce(event)
    async with others_judged(tx, claim.subject_id):
        if decision == "take-back":
            why = CHALLENGED if claim.challenged_by else CHANGED
            await take_back(tx, claim, why, event.event_id, code=code, why=reason)
        else:
            keep_act(tx, claim, decision, event.event_id, code=code, why=reason)
        claim.basis_changed_on = claim.challenged_by = None
        claim.version += 1
    return claim
