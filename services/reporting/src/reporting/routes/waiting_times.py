"""How long people waited (BR-B1 to BR-B4)."""

from typing import Annotated

from common.transaction import Transaction
from common.web.access import reading
from common.web.routing import Routes
from reporting.storage.months import waits_by_month

from .responses.waiting_times import WaitingTimes, WaitOut

router = Routes(prefix="/v1", tags=["waiting times"])


@router.get("/waiting-times")
async def get_waiting_times(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
) -> WaitingTimes:
    """Read median and mean days from referral to allocation and from allocation to the first plan, per month."""
    rows = await waits_by_month(tx.session, tx.programme_id)

    def waits(what: str) -> list[WaitOut]:
        return [WaitOut(**row) for row in rows if row["what"] == what]

    return WaitingTimes(
        to_allocation=waits("allocation"), to_priority_allocation=waits("priority"), to_plan=waits("plan")
    )
