"""The council refuses a claim with every reason, and the prime may take it up again under its number."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from claims.domain.receipt import receipt_holds, refusals_it_forbids
from claims.domain.refusal import Refusal
from claims.storage import claims, equivalents
from claims.storage.tables import Claim
from common.clock import london_date
from common.contracts.claims import ClaimRefused, ClaimReopened
from common.transaction import Transaction

from .acts import about, claim_to_move, move
from .assess_claim import assess_again, card_of_claim
from .outcomes import outcome_as_heard
from .problems import AlreadyClaimed, NoSuchClaim, ReceiptStands, listed
from .receipts import Receipts
from .revise_claim import forget_approval


async def refuse_claim(tx: Transaction, claim_id: UUID, refusals: Sequence[Refusal], receipts: Receipts) -> Claim:
    """Refuse a submitted claim; each refusal has a code, a reason and what would satisfy it (BR-F3).

    Raises:
        NoSuchClaim, NotInThatState, SameHands
        ReceiptStands: on a rule that a pre-check let pass, and nothing has changed since.
    """
    claim = await claim_to_move(tx, claim_id, "refuse")
    await _keep_the_promise(tx, claim, refusals, receipts)
    event = ClaimRefused(
        **tx.envelope(), **about(claim), refusals=tuple(refusal.code for refusal in refusals), refused_on=tx.today
    )
    move(tx, claim, "refuse", event, refusals=listed(refusals))
    return claim


async def _keep_the_promise(tx: Transaction, claim: Claim, refusals: Sequence[Refusal], receipts: Receipts) -> None:
    heard = await claims.heard_revision(tx.session, claim)
    receipt = receipts.read(heard.body.get("receipt") or "", tx.programme_id)
    outcome = outcome_as_heard(heard, claim.subject_id)
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    if receipt is None or card is None:
        return
    precedents = await equivalents.precedents_for(tx.session, tx.programme_id, outcome.code)
    evidenced_on = london_date(datetime.fromisoformat(heard.body["occurred_at"]))
    if receipt_holds(receipt, outcome, card, precedents, evidenced_on) is not None:
        return
    if broken := refusals_it_forbids(receipt, outcome, card, refusals):
        raise ReceiptStands(receipt.issued_on, receipt.rules, broken)


async def reopen_claim(tx: Transaction, claim_id: UUID) -> Claim:
    """Take a refused claim up again, if its key is still free.

    Raises:
        NoSuchClaim, NotInThatState, AlreadyClaimed
    """
    seen = await claims.claim_seen(tx.session, claim_id)
    if seen is None:
        raise NoSuchClaim
    await claims.lock_subjects(tx.session, tx.programme_id, seen.subject_id)
    claim = await claim_to_move(tx, claim_id, "reopen")
    assessment = await assess_again(tx, claim, "reopening")
    if assessment.duplicate:
        raise AlreadyClaimed(assessment.refusals)
    forget_approval(claim)
    move(tx, claim, "reopen", ClaimReopened(**tx.envelope(), **about(claim), reopened_on=tx.today))
    return claim
