"""How long people waited."""

from datetime import date

from common.web.fields import AnswerBody


class WaitOut(AnswerBody):
    """Calendar days waited by those whose wait ended in a month."""

    month: date
    """The month, by its first day."""
    people: int
    median_days: float
    mean_days: float
    """The average in days, to one decimal."""


class PlanWaitOut(WaitOut):
    """The wait for a first plan, against the programme's target for its average (BR-B3)."""

    people_in_time: int | None
    """How many people's plans were agreed within the target days; null where there is no target."""
    mean_in_time: bool | None
    """Whether the average was within the target; null where there is none."""


class WaitingTimes(AnswerBody):
    """Waits per month, oldest first. Allocations that were handed back do not end a wait."""

    to_allocation: list[WaitOut]
    """Days from referral to allocation (BR-B2)."""
    to_priority_allocation: list[WaitOut]
    """Days from referral to allocation of those with priority (BR-B1)."""
    to_plan: list[PlanWaitOut]
    """Days from allocation to the first plan (BR-B3)."""
    plan_within_days: int | None
    """The programme's target for the average from allocation to the first plan, in days; no limit for any one person's
    plan."""
