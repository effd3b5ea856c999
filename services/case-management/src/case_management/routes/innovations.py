"""Innovations: changes of a service that the personalisation fund may finance (BR-O8)."""

from typing import Annotated
from uuid import UUID

from case_management.operations.fund.decide_innovation import decide_innovation as decide
from case_management.operations.fund.propose_innovation import propose_innovation as propose
from case_management.operations.fund.withdraw_innovation import withdraw_innovation as withdraw
from case_management.operations.requests import FundDecisionIn, InnovationIn, ReasonIn
from case_management.storage.lists import INNOVATIONS
from case_management.storage.tables.fund import InnovationRow
from common.transaction import Transaction
from common.web.access import deciding, reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.innovations import InnovationOut, InnovationReceipt
from .roles import BOARD

router = Routes(prefix="/v1/innovations", tags=["innovations"])


@router.post("", status_code=201)
async def propose_innovation(
    body: InnovationIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> InnovationReceipt:
    """Ask the fund for a change of your service; the board decides, whatever its size."""
    return tx.answered(_answered(await propose(tx, tx.minted(body.id), body)))


@router.post("/{innovation_id}/decision")
async def decide_innovation(
    innovation_id: UUID, body: FundDecisionIn, tx: Annotated[Transaction, deciding(BOARD)]
) -> InnovationReceipt:
    """Approve or refuse, from what is left of the fund. 409 or 422: decided before, no reason, or the fund is spent."""
    return tx.answered(_answered(await decide(tx, innovation_id, body.decision == "approved", body.reason)))


@router.post("/{innovation_id}/withdrawal")
async def withdraw_innovation(
    innovation_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> InnovationReceipt:
    """Take your innovation back, also once it is approved: the money goes back to the fund. 409: it has ended."""
    return tx.answered(_answered(await withdraw(tx, innovation_id, body.reason)))


@router.get("")
async def list_innovations(
    tx: Annotated[Transaction, reading("provider-manager", "prime-manager", BOARD)],
    query: Annotated[Asked, asking(INNOVATIONS)],
) -> Page[InnovationOut]:
    """List innovations, newest first: a provider its own, the prime all. `state=open&order=requested` is the queue."""
    return (await query.found(tx)).page(InnovationOut.model_validate)


def _answered(row: InnovationRow) -> InnovationReceipt:
    return InnovationReceipt.model_validate({name: getattr(row, name) for name in InnovationReceipt.model_fields})
