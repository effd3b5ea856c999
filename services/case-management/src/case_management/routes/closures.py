"""Requests to close a case, and the prime's decisions."""

from typing import Annotated
from uuid import UUID

from case_management.operations.closure.correct_closure import correct_closure as put_closure_right
from case_management.operations.closure.correct_closure import reopen_case as reopen
from case_management.operations.closure.correct_closure_request import correct_closure_request as correct_request
from case_management.operations.closure.correct_closure_request import withdraw_closure_request as withdraw_request
from case_management.operations.closure.decide_closure import decide_closure as decide
from case_management.operations.closure.request_closure import request_closure as request
from case_management.operations.requests import (
    ClosureCorrectionIn,
    ClosureRequestCorrectionIn,
    ClosureRequestIn,
    DecisionIn,
    ReasonIn,
)
from case_management.storage.tables.cases import CaseRow
from common.transaction import Transaction
from common.web.access import deciding, writing
from common.web.routing import Routes

from .responses.closures import ClosureDecisionReceipt, ClosureReceipt, ClosureRequestReceipt
from .roles import RECORDERS

router = Routes(prefix="/v1", tags=["closure"])


@router.post("/cases/{case_id}/closure-requests", status_code=201)
async def request_closure(
    case_id: UUID, body: ClosureRequestIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> ClosureRequestReceipt:
    """Ask to close a case: after several, varied and tailored attempts, or at the participant's wish (BR-D4, BR-D6)."""
    row = await request(tx, case_id, tx.minted(body.id), body)
    return tx.answered(ClosureRequestReceipt(id=row.id, state=row.state, version=row.version))


@router.post("/closure-requests/{request_id}/decision")
async def decide_closure(
    request_id: UUID, body: DecisionIn, tx: Annotated[Transaction, deciding("prime-manager")]
) -> ClosureDecisionReceipt:
    """Confirm or refuse; a participant's own wish can only be confirmed, and nobody decides on their own request."""
    row, case = await decide(tx, request_id, body.decision == "confirmed", body.reason)
    receipt = ClosureDecisionReceipt(
        id=row.id, state=row.state, version=row.version, case_id=case.id, case_state=case.state
    )
    return tx.answered(receipt)


@router.post("/closure-requests/{request_id}/corrections")
async def correct_closure_request(
    request_id: UUID, body: ClosureRequestCorrectionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> ClosureRequestReceipt:
    """Put your request right before the prime decides on it. `If-Match` is the version of the case.

    409 `closure_decided`: put the closure itself right, or ask anew. 422: it could not have been made so.
    """
    row = await correct_request(tx, request_id, body)
    return tx.answered(ClosureRequestReceipt(id=row.id, state=row.state, version=row.version))


@router.post("/closure-requests/{request_id}/withdrawal")
async def withdraw_closure_request(
    request_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> ClosureRequestReceipt:
    """Take your request back before the prime decides on it: the case goes on. 409: it was decided or taken back."""
    row = await withdraw_request(tx, request_id, body.reason)
    return tx.answered(ClosureRequestReceipt(id=row.id, state=row.state, version=row.version))


@router.post("/cases/{case_id}/closure/corrections")
async def correct_closure(
    case_id: UUID, body: ClosureCorrectionIn, tx: Annotated[Transaction, writing("prime-manager")]
) -> ClosureReceipt:
    """Put right why, or on which day, a case closed; figures and the hub follow.

    409: the case is not closed, or the hub ended it. 422: it cannot have closed so.
    """
    return _ended(tx, await put_closure_right(tx, case_id, body))


@router.post("/cases/{case_id}/reopening")
async def reopen_case(
    case_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("prime-manager")]
) -> ClosureReceipt:
    """Reopen a case that was closed by mistake: it goes on where it was, and counts as never closed.

    Joint work that ended with it is agreed anew. 409: it is open, the hub ended it, or the participant has another
    open case by now.
    """
    return _ended(tx, await reopen(tx, case_id, body.reason))


def _ended(tx: Transaction, row: CaseRow) -> ClosureReceipt:
    values = {name: getattr(row, name) for name in ClosureReceipt.model_fields}
    return tx.answered(ClosureReceipt(**values))
