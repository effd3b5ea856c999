"""Outcomes, their evidence and corrections."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from case_management.operations.loading import outcome_to_read
from case_management.operations.outcomes.correct_outcome import correct_outcome
from case_management.operations.outcomes.record_outcome import record_outcome as record
from case_management.operations.outcomes.withdraw_outcome import withdraw_outcome as withdraw
from case_management.operations.requests import OutcomeIn, RevisionIn, WithdrawalIn
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.routing import Routes

from .responses.outcomes import OutcomeOut, OutcomeReceipt, OutcomeRevisionReceipt, show_outcome
from .roles import READERS, RECORDERS

router = Routes(prefix="/v1", tags=["outcomes"])


@router.post("/cases/{case_id}/outcomes", status_code=201)
async def record_outcome(
    case_id: UUID, body: OutcomeIn, tx: Annotated[Transaction, writing(*RECORDERS, versionless=True)]
) -> OutcomeReceipt:
    """Record an outcome; with evidence it becomes a claim."""
    row = await record(tx, case_id, tx.minted(body.id), body)
    return tx.answered(OutcomeReceipt(id=row.id, revision=row.revision, state=row.state))


@router.post("/outcomes/{outcome_id}/revisions", status_code=201)
async def revise_outcome(
    outcome_id: UUID, body: RevisionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> OutcomeRevisionReceipt:
    """Correct an outcome or evidence it, as a new revision; its claim goes on under the same number (BR-F4).

    `If-Match` is the revision you read.
    """
    row, changes = await correct_outcome(tx, outcome_id, body)
    names = [one.what for one in changes]
    return tx.answered(OutcomeRevisionReceipt(id=row.id, revision=row.revision, state=row.state, changed=names))


@router.get("/outcomes/{outcome_id}")
async def read_outcome(
    outcome_id: UUID, response: Response, tx: Annotated[Transaction, reading(*READERS)]
) -> OutcomeOut:
    """Read an outcome with all its revisions and what each changed."""
    at_hand = await outcome_to_read(tx, outcome_id)
    response.headers["ETag"] = f'"{at_hand.row.revision}"'
    return show_outcome(at_hand)


@router.post("/outcomes/{outcome_id}/withdrawal")
async def withdraw_outcome(
    outcome_id: UUID, body: WithdrawalIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> OutcomeReceipt:
    """Take back an outcome recorded by mistake; it stays on record as withdrawn."""
    row = await withdraw(tx, outcome_id, body.reason)
    return tx.answered(OutcomeReceipt(id=row.id, revision=row.revision, state=row.state))
