"""The council refuses a claim with every reason, and the prime may take it up again under its number."""

from collections.abc import Sequence
from uuid import UUID

from claims.domain.refusal import Refusal
from claims.storage import claims
from claims.storage.tables import Claim
from common.contracts.claims import ClaimRefused, ClaimReopened
from common.transaction import Transaction

from .acts import about, claim_to_move, move
from .assess_claim import assess_again
from .keep_promise import keep_the_promise
from .problems import AlreadyClaimed, NoSuchClaim, listed
from .receipts import Receipts
from .revise_claim import forget_approval


async def refuse_claim(tx: Transaction, claim_id: UUID, refusals: Sequence[Refusal], receipts: Receipts) -> Claim:
    """Refuse a submitted claim; each refusal has a code, a reason and what would satisfy it (BR-F3).

    Raises:
        NoSuchClaim, NotInThatState, SameHands
        ReceiptStands: on a rule that a pre-check let pass, and nothing has changed since.
    """
    claim = await claim_to_move(tx, claim_id, "refuse")
    await keep_the_promise(tx, claim, refusals, receipts)
    event = ClaimRefused(
        **tx.envelope(), **about(claim), refusals=tuple(refusal.code for refusal in refusals), refused_on=tx.today
    )
    move(tx, claim, "refuse", event, refusals=listed(refusals))
    return claim


async def reopen_claim(tx: Transaction, claim_id: UUID, receipts: Receipts) -> Claim:
    """Take a refused claim up again, if its key is still free.

    Raises:
        NoSuchClaim, NotInThatState, AlreadyClaimed
    """
    seen = await claims.claim_seen(tx.session, claim_id)
    if seen is None:
        raise NoSuchClaim
    await claims.lock_subjects(tx.session, tx.programme_id, seen.subject_id)
    claim = await claim_to_move(tx, claim_id, "reopen")
    assessment = await assess_again(tx, claim, "reopening", receipts)
    if assessment.duplicate:
        raise AlreadyClaimed(assessment.refusals)
    forget_approval(claim)
    move(tx, claim, "reopen", ClaimReopened(**tx.envelope(), **about(claim), reopened_on=tx.today))
    return claim
