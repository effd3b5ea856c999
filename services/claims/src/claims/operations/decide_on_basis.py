"""The council decides on a claim whose basis changed after it had ended: it stands, or its payment is taken back."""

from uuid import UUID

from claims.domain.basis import Decision, basis_has_changed, there_is_a_payment_to_take_back
from claims.storage import claims
from claims.storage.tables import Claim
from common.contracts.claims import ClaimBasisDecided
from common.transaction import Transaction

from .acts import about, hands_are_clean, keep_act, state_of
from .problems import NoSuchClaim, NothingToDecide
from .take_back import take_back

CHANGED = "basis_changed"


async def decide_on_basis(tx: Transaction, claim_id: UUID, decision: Decision, code: str, reason: str) -> Claim:
    """Keep the decision with its reason and take the claim off the worklist; what was judged stays as it was (BR-H13).

    Taken back, the claim's key is free: the outcome may be recorded anew.

    Raises:
        NoSuchClaim, StaleVersion
        NothingToDecide: nothing has changed, or there is no payment that could be taken back.
        SameHands: whoever recorded, approved or submitted it does not decide (BR-F5).
    """
    claim = await claims.claim_to_change(tx.session, tx.programme_id, claim_id)
    if claim is None:
        raise NoSuchClaim
    tx.expect_version(claim.version)
    asked = (
        basis_has_changed(claim.basis_changed_on),
        there_is_a_payment_to_take_back(decision, state_of(claim), claim.taken_back_on),
    )
    if refusals := [refusal for refusal in asked if refusal is not None]:
        raise NothingToDecide(refusals)
    hands_are_clean(tx, claim, "refuse")
    event = ClaimBasisDecided(**tx.envelope(), **about(claim), decision=decision, reason=code, decided_on=tx.today)
    tx.announce(event)
    if decision == "take-back":
        await take_back(tx, claim, CHANGED, event.event_id, code=code, why=reason)
    else:
        keep_act(tx, claim, decision, event.event_id, code=code, why=reason)
    claim.basis_changed_on = None
    claim.version += 1
    return claim
