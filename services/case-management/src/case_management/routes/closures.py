"""Requests to close a case, and the prime's decisions."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter

from case_management.operations.decide_closure import decide_closure as decide
from case_management.operations.request_closure import request_closure as request
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import Asked, Prose, ShortCode

from .asking import RECORDERS, Minted

router = APIRouter(prefix="/v1", tags=["closure"])


class ClosureRequestIn(Minted):
    """Why the case should close; the record must show what was tried, unless the participant asks."""

    reason: ShortCode
    by_participant: bool = False


class ClosureRequested(Answer):
    """A request for the prime to decide."""

    id: UUID
    state: str
    version: int


class DecisionIn(Asked):
    """The prime's decision; a refusal says what is still to be done."""

    decision: Literal["confirmed", "refused"]
    reason: Prose | None = None


class ClosureDecided(Answer):
    """A request as decided, and where its case stands."""

    id: UUID
    state: str
    version: int
    case_id: UUID
    case_state: str


@router.post("/cases/{case_id}/closure-requests", status_code=201)
async def request_closure(
    case_id: UUID, body: ClosureRequestIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> ClosureRequested:
    """Ask to close a case: after several, varied and tailored attempts, or at the participant's wish (BR-D4, BR-D6)."""
    row = await request(tx, case_id, tx.minted(body.id), body.reason, body.by_participant)
    return tx.answered(ClosureRequested(id=row.id, state=row.state, version=row.version))


@router.post("/closure-requests/{request_id}/decision")
async def decide_closure(
    request_id: UUID, body: DecisionIn, tx: Annotated[Transaction, writing("prime-manager")]
) -> ClosureDecided:
    """Confirm or refuse; a participant's own wish can only be confirmed, and nobody decides on their own request."""
    row, case = await decide(tx, request_id, body.decision == "confirmed", body.reason)
    decided = ClosureDecided(id=row.id, state=row.state, version=row.version, case_id=case.id, case_state=case.state)
    return tx.answered(decided)
