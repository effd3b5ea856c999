"""Outcomes, their evidence and corrections."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from case_management.operations.loading import outcome_to_read
from case_management.operations.outcomes.correct_outcome import correct_outcome
from case_management.operations.outcomes.record_outcome import record_outcome as record
from case_management.operations.outcomes.withdraw_outcome import withdraw_outcome as withdraw
from case_management.operations.requests import OutcomeIn, RevisionIn, WithdrawalIn
from case_management.storage.cases import participants_of
from case_management.storage.lists import OUTCOMES
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.outcomes import OutcomeLine, OutcomeOut, OutcomeReceipt, OutcomeRevisionReceipt, show_outcome
from .roles import READERS, RECORDERS

router = Routes(prefix="/v1", tags=["outcomes"])


@router.post("/cases/{case_id}/outcomes", status_code=201)
async def record_outcome(
    case_id: UUID, body: OutcomeIn, tx: Annotated[Transaction, writing(*RECORDERS, versionless=True)]
) -> OutcomeReceipt:
    """Record an outcome; with evidence it becomes a claim.

    409 `external-id-taken`: your system calls another outcome so; the detail names which.
    """
    row = await record(tx, case_id, tx.minted(body.id), body)
    return tx.answered(OutcomeReceipt(id=row.id, revision=row.revision, state=row.state))


@router.get("/outcomes")
async def list_outcomes(
    tx: Annotated[Transaction, reading(*READERS)], query: Annotated[Asked, asking(OUTCOMES)]
) -> Page[OutcomeLine]:
    """List outcomes of all cases, the last achieved first: a provider those of its own cases and of those it reads
    whole, the prime all.

    `participant_id` also finds those under ids merged with it; `worker` is who has the case now.
    """
    results = await query.found(tx)
    whose = await participants_of(tx.session, (row.case_id for row in results.rows))
    tx.touched(*(f"participant/{each}" for each in whose.values()))
    return results.page(lambda row: OutcomeLine.model_validate(row).of(whose[row.case_id]))


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
