"""What was asked has been answered: by a new revision, or by the prime as it gives the claim back to the council."""

from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction


async def answer_requests(tx: Transaction, claim: ClaimRow, revision: int | None = None) -> None:
    """Mark every open request answered today; without a revision only those on which the prime acts."""
    for request in await claims.requests_on(tx.session, claim.claim_id):
        if request.answered_on is None and (revision is not None or request.who_acts == "prime"):
            request.answered_by_revision, request.answered_on = revision, tx.today
    await keep_due_day(tx, claim)


async def close_requests(tx: Transaction, claim: ClaimRow) -> None:
    """Nobody need answer any more: the step with which it was asked is taken back."""
    for request in await claims.requests_on(tx.session, claim.claim_id):
        if request.answered_on is None:
            request.answered_on = tx.today
    await keep_due_day(tx, claim)


async def keep_due_day(tx: Transaction, claim: ClaimRow) -> None:
    """The claim is due when the first of what is still asked is."""
    requests = await claims.requests_on(tx.session, claim.claim_id)
    days = (each.due_on for each in requests if each.answered_on is None and each.due_on is not None)
    claim.due_on = min(days, default=None)
