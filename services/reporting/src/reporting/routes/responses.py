"""What answers show."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from common.transaction import Answer
from reporting.operations.monthly_reports.list_reports import ReportState


class YearOut(BaseModel):
    """Counts of one year of the programme; its first is 1. All are of what happened in that year."""

    year: int
    referrals: int
    returning: int
    """Referrals of people known before (BR-C5)."""
    under_25: int
    offending: int
    """Referrals that name offending among the needs."""
    helped_once: int
    """One-off support, no start (BR-C4)."""
    starts_lcf: int
    starts_historic: int
    closures: int
    drop_ins: int
    """Light-touch support of people whose support had ended; no start (S-15)."""
    joint_cases: int
    claims_submitted: int
    claims_returned: int
    """By the prime."""
    claims_queried: int
    """By the council."""


class SourceOut(BaseModel):
    """How many referrals came from one kind of referrer (S-03)."""

    source: str
    referrals: int


class PeopleWithOut(BaseModel):
    """Accepted outcomes, and the distinct people who have at least one of them."""

    outcomes: int
    people: int


class SustainmentOut(BaseModel):
    """How many accepted outcomes kept what was entered, of how many entries."""

    entered: int
    sustained: int
    sustainment_rate: str
    """`66.0%`, or `n/a` where nobody entered (BR-K13)."""


class MonthlyReportReceipt(Answer):
    """Whose month is fixed from now on; the partnership's without a provider."""

    provider_id: str | None
    month: str
    version: int
    """1 as first submitted; each correction is one more."""
    submitted_on: date


class AcceptanceReceipt(Answer):
    """Whose month stands for good."""

    provider_id: str | None
    month: str
    version: int
    accepted_on: date


class ReportDueOut(BaseModel):
    """A month that has ended, whose it is, and where its report stands."""

    month: str
    provider_id: str | None
    """None for the partnership's own."""
    state: ReportState
    version: int | None
    submitted_on: date | None
    accepted_on: date | None


class Happening(BaseModel):
    """One event: what, when, at which provider, and its codes, counts and dates."""

    event_id: UUID
    occurred_at: AwareDatetime
    topic: str
    type: str
    provider_id: str | None
    facts: dict[str, Any]


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
