"""How long people waited (BR-B1 to BR-B4)."""

from typing import Annotated, Any

from fastapi import Query

from common.contracts import Code
from common.transaction import Transaction
from common.web.access import reading
from common.web.routing import Routes
from reporting.domain.measures import mean_in_time
from reporting.storage.months import waits_by_month
from reporting.storage.programmes import programme_in_force

from .responses.waiting_times import PlanWaitOut, WaitingTimes, WaitOut

router = Routes(prefix="/v1", tags=["waiting times"])


@router.get("/waiting-times")
async def get_waiting_times(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    provider: Annotated[Code | None, Query(description="Waits for one provider; for all when absent.")] = None,
) -> WaitingTimes:
    """Read median and mean days from referral to allocation and from allocation to the first plan, per month.

    Of plans also how many came within the programme's target days, and whether the average did (BR-B3).
    """
    programme = await programme_in_force(tx.session, tx.programme_id)
    target = programme.support_plan_days if programme else None
    rows = await waits_by_month(tx.session, tx.programme_id, provider, target)

    def waits(what: str) -> list[WaitOut]:
        return [WaitOut(**row) for row in rows if row["what"] == what]

    def plan_wait(row: dict[str, Any]) -> PlanWaitOut:
        target_terms: dict[str, Any] = {"people_in_time": None, "mean_in_time": None}
        if target is not None:
            target_terms = {"mean_in_time": mean_in_time(row["mean_days"], target)}
        return PlanWaitOut(**row | target_terms)

    return WaitingTimes(
        to_allocation=waits("allocation"),
        to_priority_allocation=waits("priority"),
        to_plan=[plan_wait(row) for row in rows if row["what"] == "plan"],
        plan_within_days=target,
    )
