from typing import Annotated
from uuid import UUID

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.operations.referrals.correct_decline import correct_decline
from referral_hub.operations.requests import DeclineCorrectionIn
from referral_hub.storage.lists import DECLINES
from referral_hub.storage.tables.allocations import DeclineRow

from .corrections import corrections_shown
from .responses.declines import DeclineOut, DeclineReceipt

router = Routes(prefix="/v1/declines", tags=["declines"])


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    query: Annotated[Asked, asking(DECLINES)],
) -> Page[DeclineOut]:
    """Every decline, newest first, for the checks on perverse behaviour (S-12)."""
    results = await query.found(tx)
    tx.touched(*(f"participant/{one.participant_id}" for one in results.rows))
    corrections = await corrections_shown(tx, *(one.id for one in results.rows))

    def told(decline: DeclineRow) -> DeclineOut:
        return DeclineOut.model_validate(decline).model_copy(update={"corrections": corrections[decline.id]})

    return results.page(told)


@router.post("/{decline_id}/corrections")
async def correct(
    decline_id: UUID, body: DeclineCorrectionIn, tx: Annotated[Transaction, writing("hub", "provider-manager")]
) -> DeclineReceipt:
    """Put right why somebody was declined; hub and council go on seeing what was said first. `reason` says why.

    409: it was never accepted, or was taken back.
    """
    decline = await correct_decline(tx, decline_id, body.decline_reason, body.account, body.reason)
    return tx.answered(DeclineReceipt(id=decline.id, reason=decline.reason, version=decline.version))
