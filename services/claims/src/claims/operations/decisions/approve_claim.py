"""The prime accepts the evidence, and claims the outcome from the council: two recorded acts (A-63)."""

from uuid import UUID

from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again, no_rule_stands_against
from claims.operations.loading import claim_to_move
from claims.operations.transitions import about, move
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimApproved, ClaimSubmitted
from common.transaction import Transaction, write

from .answer_requests import answer_requests


async def approve_claim(
    tx: Transaction, claim_id: UUID, receipts: Receipts, *, submit: bool, note_code: str | None = None
) -> ClaimRow:
    """Approve a claim against which no rule stands now, and submit it in the same breath if asked (BR-F1).

    Raises:
        NoSuchClaim, NotInThatState, SameHands: whoever recorded the outcome does not approve it (BR-F5).
        RulesStandAgainst, AlreadyClaimed: with every refusal and its remedy.
    """
    claim = await claim_to_move(tx, claim_id, "approve")
    no_rule_stands_against(await assess_again(tx, claim, "approval", receipts))
    claim.approved_by, claim.approved_on = tx.actor.id, tx.today
    event = ClaimApproved(**tx.envelope(), **about(claim), achieved_on=claim.achieved_on, approved_on=tx.today)
    move(tx, claim, "approve", event, note_code=note_code)
    if submit:
        await write(tx.session)  # two moves are two changes of the row: the database knows no shorter way
        _submit(tx, claim)
    return claim


async def submit_claim(tx: Transaction, claim_id: UUID) -> ClaimRow:
    """Claim an approved outcome from the council, or give a queried one back to it.

    Raises:
        NoSuchClaim, NotInThatState
    """
    claim = await claim_to_move(tx, claim_id, "submit")
    await answer_requests(tx, claim)
    _submit(tx, claim)
    return claim


def _submit(tx: Transaction, claim: ClaimRow) -> None:
    claim.submitted_by, claim.submitted_on = tx.actor.id, tx.today
    event = ClaimSubmitted(**tx.envelope(), **about(claim), submitted_on=tx.today)
    move(tx, claim, "submit", event)
