"""The prime takes a claim back, or the provider its outcome."""

from uuid import UUID

from claims.domain.claim import ENDS
from claims.operations.advice.honour_receipt import honour_receipt
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.announce_changed_basis import announce_changed_basis
from claims.operations.assessment.judge_others import others_judged
from claims.operations.loading import claim_among_others, claim_to_move
from claims.operations.transitions import about, move
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from common.contracts.cases import OutcomeWithdrawn
from common.contracts.claims import ClaimWithdrawn
from common.transaction import Transaction
from rulebook.refusal import Refusal

from .check_reasons import check_reasons


async def withdraw_claim(tx: Transaction, claim_id: UUID, reason: str, receipts: Receipts) -> ClaimRow:
    """Withdraw a claim that is not verified; its key is free again.

    Raises:
        ReasonUnknown
        NoSuchClaim, NotInThatState: a verified claim is corrected by an adjustment (BR-H13).
        ReceiptStands: for a rule that a pre-check let pass, and nothing has changed since.
    """
    await claim_among_others(tx, claim_id)
    claim = await claim_to_move(tx, claim_id, "withdraw")
    await check_reasons(tx, "withdrawal", [reason], claim)
    await honour_receipt(tx, claim, [Refusal(reason, "It is withdrawn for this.", "Leave it as it is.")], receipts)
    async with others_judged(tx, claim.subject_id):
        take_it_back(tx, claim, reason)
    return claim


async def withdraw_outcome(tx: Transaction, event: OutcomeWithdrawn) -> None:
    """The provider took the outcome back: so is its claim, unless it has ended already; then a person must look."""
    claim_id = await claims.id_of_outcome(tx.session, tx.programme_id, event.outcome_id)
    if claim_id is None:
        return
    claim = await claim_among_others(tx, claim_id)
    if claim.state in ENDS:
        announce_changed_basis(tx, claim, heard_revision=claim.revision, withdrawn=True)
    else:
        async with others_judged(tx, claim.subject_id):
            take_it_back(tx, claim, event.reason)


def take_it_back(tx: Transaction, claim: ClaimRow, reason: str) -> None:
    """Move it to its end, and say why; nobody's payment is touched."""
    withdrawn = ClaimWithdrawn(**tx.envelope(), **about(claim), reason=reason, withdrawn_on=tx.today)
    move(tx, claim, "withdraw", withdrawn, reason=reason)
