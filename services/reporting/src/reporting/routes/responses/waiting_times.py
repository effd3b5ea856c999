"""How long people waited."""

from datetime import date

from pydantic import BaseModel


class WaitOut(BaseModel):
    """Calendar days waited by those whose wait ended in a month."""

    month: date
    """Its first day."""
    people: int
    median_days: float
    mean_days: float
    """To one decimal."""


class PlanWaitOut(WaitOut):
    """The wait for a first plan, against the programme's target for its average (BR-B3)."""

    people_in_time: int | None
    """Whose plan was agreed within the target days; none where the programme states no target."""
    mean_in_time: bool | None
    """Whether the average was within them; none where there is no target."""


class WaitingTimes(BaseModel):
    """Waits per month, oldest first. Allocations that were handed back do not end a wait."""

    to_allocation: list[WaitOut]
    """From referral to placement (BR-B2)."""
    to_priority_allocation: list[WaitOut]
    """The same, for priority cases alone (BR-B1)."""
    to_plan: list[PlanWaitOut]
    """From allocation to the first plan (BR-B3)."""
    plan_within_days: int | None
    """The programme's target for that, in days: for the average, no limit for anybody's plan."""
