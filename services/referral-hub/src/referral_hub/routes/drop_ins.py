from typing import Annotated
from uuid import UUID

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.operations.drop_ins.correct_drop_in import correct_drop_in, withdraw_drop_in
from referral_hub.operations.drop_ins.record_drop_in import record_drop_in
from referral_hub.operations.requests import DayCorrectionIn, DropInIn, ReasonIn
from referral_hub.storage.lists import DROP_INS
from referral_hub.storage.tables.drop_ins import DropInRow

from .responses.drop_ins import DropInOut, DropInReceipt

router = Routes(prefix="/v1/drop-ins", tags=["drop-ins"])


@router.post("", status_code=201)
async def record(body: DropInIn, tx: Annotated[Transaction, writing("hub", "caseworker")]) -> DropInReceipt:
    """Note light-touch support after completion; it opens no case and is never a claim (S-15, BR-C3).

    422 `refused`: support has not ended, or the person has been referred again.
    """
    return _answered(tx, await record_drop_in(tx, body.id, body.participant_id, body.dropped_in_on))


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "caseworker")],
    query: Annotated[Asked, asking(DROP_INS)],
) -> Page[DropInOut]:
    """Drop-ins, newest first; a provider sees its own."""
    results = await query.found(tx)
    tx.touched(*(f"participant/{one.participant_id}" for one in results.rows))
    return results.page(DropInOut.model_validate)


@router.post("/{drop_in_id}/corrections")
async def correct(
    drop_in_id: UUID, body: DayCorrectionIn, tx: Annotated[Transaction, writing("hub", "caseworker")]
) -> DropInReceipt:
    """Put the day of a drop-in right. 409: it was taken back."""
    return _answered(tx, await correct_drop_in(tx, drop_in_id, body.dropped_in_on, body.reason))


@router.post("/{drop_in_id}/withdrawal")
async def withdraw(
    drop_in_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("hub", "caseworker")]
) -> DropInReceipt:
    """Take a drop-in back that never happened. 409: it was taken back already."""
    return _answered(tx, await withdraw_drop_in(tx, drop_in_id, body.reason))


def _answered(tx: Transaction, drop_in: DropInRow) -> DropInReceipt:
    return tx.answered(
        DropInReceipt(
            id=drop_in.id,
            participant_id=drop_in.participant_id,
            dropped_in_on=drop_in.dropped_in_on,
            version=drop_in.version,
        )
    )
