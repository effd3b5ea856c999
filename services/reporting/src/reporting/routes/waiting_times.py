"""How long people waited (BR-B1 to BR-B4)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from common.transaction import Transaction
from common.web.access import reading
from reporting.storage.months import waits_by_month

router = APIRouter(prefix="/v1", tags=["waiting times"])


class Wait(BaseModel):
    """Calendar days waited by those whose wait ended in a month."""

    month: date
    """Its first day."""
    people: int
    median_days: float
    mean_days: float
    """To one decimal."""


class WaitingTimes(BaseModel):
    """Waits per month, oldest first. Allocations that were handed back do not end a wait."""

    to_allocation: list[Wait]
    """From referral to placement (BR-B2)."""
    to_priority_allocation: list[Wait]
    """The same, for priority cases alone (BR-B1)."""
    to_plan: list[Wait]
    """From allocation to the first plan (BR-B3)."""


@router.get("/waiting-times")
async def get_waiting_times(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
) -> WaitingTimes:
    """Read median and mean days from referral to allocation and from allocation to the first plan, per month."""
    found = await waits_by_month(tx.session, tx.programme_id)

    def waits(what: str) -> list[Wait]:
        return [Wait(**row) for row in found if row["what"] == what]

    return WaitingTimes(
        to_allocation=waits("allocation"), to_priority_allocation=waits("priority"), to_plan=waits("plan")
    )
