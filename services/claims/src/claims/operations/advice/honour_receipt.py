"""What a pre-check promised is kept wherever a claim could be turned down."""

from collections.abc import Iterable

from claims.domain.receipt import refusals_it_forbids
from claims.operations.assessment.assess_claim import card_of_claim, outcome_as_heard
from claims.operations.problems import ReceiptStands
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction
from rulebook.refusal import Refusal

from .receipts import Receipts, receipt_that_holds


async def honour_receipt(tx: Transaction, claim: ClaimRow, reasons: Iterable[Refusal], receipts: Receipts) -> None:
    """Nobody refuses, queries, returns or withdraws a claim for a rule that passed on these very facts (U-01).

    Raises:
        ReceiptStands: with every reason of that kind. That an item cannot be read or shows something else is none.
    """
    revision = await claims.heard_revision(tx.session, claim)
    outcome = outcome_as_heard(revision, claim.subject_id)
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    receipt = await receipt_that_holds(tx, revision, outcome, card, receipts)
    if receipt is None or card is None:
        return
    if refusals := refusals_it_forbids(receipt, outcome, card, reasons):
        raise ReceiptStands(receipt.issued_on, receipt.rules, refusals)
