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


class WaitingTimes(BaseModel):
    """Waits per month, oldest first. Allocations that were handed back do not end a wait."""

    to_allocation: list[WaitOut]
    """From referral to placement (BR-B2)."""
    to_priority_allocation: list[WaitOut]
    """The same, for priority cases alone (BR-B1)."""
    to_plan: list[WaitOut]
    """From allocation to the first plan (BR-B3)."""
