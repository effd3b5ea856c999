"""The council refuses a claim with every reason, each with what would satisfy it."""

from collections.abc import Sequence
from uuid import UUID

from claims.operations.advice.honour_receipt import honour_receipt
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.judge_others import others_judged
from claims.operations.loading import claim_among_others, claim_to_move
from claims.operations.transitions import about, move
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimRefused
from common.transaction import Transaction
from common.web.refused import told
from rulebook.refusal import Refusal

from .check_reasons import check_reasons


async def refuse_claim(tx: Transaction, claim_id: UUID, refusals: Sequence[Refusal], receipts: Receipts) -> ClaimRow:
    """Refuse a submitted claim; each refusal has a code, a reason and what would satisfy it (BR-F3).

    Raises:
        ReasonUnknown
        NoSuchClaim, NotInThatState, SameHands
        ReceiptStands: on a rule that a pre-check let pass, and nothing has changed since.
    """
    await claim_among_others(tx, claim_id)
    claim = await claim_to_move(tx, claim_id, "refuse")
    await check_reasons(tx, "refusal", (refusal.code for refusal in refusals), claim)
    await honour_receipt(tx, claim, refusals, receipts)
    event = ClaimRefused(
        **tx.envelope(), **about(claim), refusals=tuple(refusal.code for refusal in refusals), refused_on=tx.today
    )
    async with others_judged(tx, claim.subject_id):
        move(tx, claim, "refuse", event, refusals=told(refusals))
    return claim
