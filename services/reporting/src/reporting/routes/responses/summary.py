"""The programme month by month."""

from datetime import date

from pydantic import BaseModel


class TallyOut(BaseModel):
    """Counts of what happened, and the pence of what was verified."""

    referrals: int
    allocations: int
    """Kept, not handed back."""
    starts: int
    closures: int
    outcomes_recorded: int
    """By the day achieved; without those withdrawn."""
    outcomes_accepted: int
    """By the day of the prime's approval; without those taken back since."""
    claims_verified: int
    value_pence: int
    """At rate-card prices, before payment windows and the cap; less what was taken back in the month."""
    payable_pence: int


class MonthOut(TallyOut):
    """One month."""

    month: date
    """Its first day."""


class SummaryOut(BaseModel):
    """Every month in which anything happened, oldest first, and all of them together."""

    programme_id: str
    months: list[MonthOut]
    total: TallyOut
    outcomes_per_person: str
    """Outcomes accepted to participants who started: `5.7`, or `n/a` (BR-K11)."""
    re_referral_rate: str
    """Referrals of people known before, of all: `10.0%`, or `n/a` (BR-C5, BR-K12)."""
