"""Handing cases over to other workers."""

from typing import Annotated

from case_management.operations.cases.hand_over import hand_over as give
from case_management.operations.requests import HandOversIn
from common.transaction import Transaction
from common.web.access import writing
from common.web.routing import Routes

from .responses.base import CaseReceipt
from .responses.hand_overs import HandOverReceipt
from .roles import RECORDERS

router = Routes(prefix="/v1/hand-overs", tags=["cases"])


@router.post("")
async def hand_over(body: HandOversIn, tx: Annotated[Transaction, writing(*RECORDERS)]) -> HandOverReceipt:
    """Hand over one case or many, each to a worker: all of them, or none.

    422 `refused`: each refusal names its case (`case_id`). 404: one of them is not yours. 412: one changed since.
    """
    rows = await give(tx, body.cases, body.handed_over_on)
    receipts = [CaseReceipt(id=row.id, state=row.state, version=row.version) for row in rows]
    return tx.answered(HandOverReceipt(cases=receipts))
