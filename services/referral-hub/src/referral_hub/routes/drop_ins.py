from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import Asked, BusinessDay
from referral_hub.operations.record_drop_in import record_drop_in

router = APIRouter(prefix="/v1/drop-ins", tags=["drop-ins"])


class DropInIn(Asked):
    id: UUID | None = None
    participant_id: UUID
    dropped_in_on: BusinessDay | None = None
    """Today unless given."""


class DropInReceipt(Answer):
    id: UUID
    participant_id: UUID
    dropped_in_on: date


@router.post("", status_code=201)
async def record(body: DropInIn, tx: Annotated[Transaction, writing("hub", "caseworker")]) -> DropInReceipt:
    """Note light-touch support after completion; it opens no case and is never a claim (S-15, BR-C3)."""
    drop_in = await record_drop_in(tx, body.id, body.participant_id, body.dropped_in_on)
    return tx.answered(
        DropInReceipt(id=drop_in.id, participant_id=drop_in.participant_id, dropped_in_on=drop_in.dropped_in_on)
    )
