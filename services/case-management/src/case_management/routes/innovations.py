"""Innovations: changes of a service that the personalisation fund may finance (BR-O8)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from case_management.operations.fund.decide_innovation import decide_innovation as decide
from case_management.operations.fund.propose_innovation import propose_innovation as propose
from case_management.operations.fund.withdraw_innovation import withdraw_innovation as withdraw
from case_management.storage.innovations import list_innovations as find_innovations
from case_management.storage.tables import InnovationRow
from common.transaction import Answer, Transaction
from common.web.access import deciding, reading, writing
from common.web.fields import Prose
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from programme.model import OutcomeCode

from .corrections import ReasonIn
from .fund import BOARD, FundDecisionIn, State
from .requests import Minted

router = APIRouter(prefix="/v1/innovations", tags=["innovations"])


class InnovationIn(Minted):
    """What is to change and for how much, and which outcome it serves (BR-O4). Nothing about a participant."""

    outcome: OutcomeCode
    amount_pence: Annotated[int, Field(ge=1, le=10**9, strict=True)]
    purpose: Prose


class InnovationAnswered(Answer):
    """An innovation as it stands."""

    id: UUID
    state: State
    version: int


class InnovationShown(BaseModel):
    """An innovation in a list. Pence; who asked and who decided are pseudonymous ids."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    provider_id: str
    outcome: str
    amount_pence: int
    purpose: str
    requested_by: str
    requested_on: date
    state: State
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    withdrawal_reason: str | None
    version: int


@router.post("", status_code=201)
async def propose_innovation(
    body: InnovationIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> InnovationAnswered:
    """Ask the fund for a change of your service; the board decides, whatever its size."""
    return tx.answered(_answered(await propose(tx, tx.minted(body.id), body.outcome, body.amount_pence, body.purpose)))


@router.post("/{innovation_id}/decision")
async def decide_innovation(
    innovation_id: UUID, body: FundDecisionIn, tx: Annotated[Transaction, deciding(BOARD)]
) -> InnovationAnswered:
    """Approve or refuse, from what is left of the fund. 409 or 422: decided before, no reason, or the fund is spent."""
    return tx.answered(_answered(await decide(tx, innovation_id, body.decision == "approved", body.reason)))


@router.post("/{innovation_id}/withdrawal")
async def withdraw_innovation(
    innovation_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> InnovationAnswered:
    """Take your innovation back, also once it is approved: the money goes back to the fund. 409: it has ended."""
    return tx.answered(_answered(await withdraw(tx, innovation_id, body.reason)))


@router.get("")
async def list_innovations(
    tx: Annotated[Transaction, reading("provider-manager", "prime-manager", BOARD)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[InnovationShown]:
    """List innovations, newest first: a provider its own, the prime all."""
    found = await find_innovations(tx.session, key_of(cursor, date.fromisoformat, UUID), limit + 1)
    return page_of(found, limit, lambda row: (row.requested_on, row.id), InnovationShown.model_validate)


def _answered(row: InnovationRow) -> InnovationAnswered:
    return InnovationAnswered.model_validate({name: getattr(row, name) for name in InnovationAnswered.model_fields})
