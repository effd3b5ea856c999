"""The prime takes a claim up again that was returned, approved, submitted, refused or withdrawn by mistake."""

from uuid import UUID

from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again
from claims.operations.assessment.catch_up import catch_up, outcome_was_withdrawn
from claims.operations.assessment.judge_others import others_judged
from claims.operations.assessment.revise_claim import forget_approval
from claims.operations.loading import claim_among_others, claim_to_move
from claims.operations.problems import AlreadyClaimed, OutcomeIsGone
from claims.operations.transitions import about, move
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimReopened
from common.transaction import Transaction

from .answer_requests import close_requests
from .check_reasons import check_reasons


async def reopen_claim(tx: Transaction, claim_id: UUID, code: str, reason: str, receipts: Receipts) -> ClaimRow:
    """Take it up again under its number, if its key is still free; nobody has approved it then.

    A correction that came while it was withdrawn is what it stands on from now.

    Raises:
        ReasonUnknown
        NoSuchClaim, NotInThatState, AlreadyClaimed
        OutcomeIsGone: its provider has taken the outcome back.
    """
    await claim_among_others(tx, claim_id)
    claim = await claim_to_move(tx, claim_id, "reopen")
    await check_reasons(tx, "reopening", [code])
    if await outcome_was_withdrawn(tx, claim):
        raise OutcomeIsGone
    async with others_judged(tx, claim.subject_id):
        assessment = await assess_again(tx, claim, "reopening", receipts)
        if assessment.duplicate:
            raise AlreadyClaimed(assessment.refusals)
        await close_requests(tx, claim)
        forget_approval(claim)
        claim.basis_changed_on = None
        event = ClaimReopened(**tx.envelope(), **about(claim), reason=code, reopened_on=tx.today)
        move(tx, claim, "reopen", event, code=code, why=reason)
        await tx.session.flush()
        await catch_up(tx, claim)
    return claim
