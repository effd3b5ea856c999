"""The programme month by month."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from common.transaction import Transaction
from common.web.access import reading
from reporting.operations.figures.read_summary import read_summary

router = APIRouter(prefix="/v1/programme", tags=["programme"])


class Tally(BaseModel):
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


class MonthOut(Tally):
    """One month."""

    month: date
    """Its first day."""


class SummaryOut(BaseModel):
    """Every month in which anything happened, oldest first, and all of them together."""

    programme_id: str
    months: list[MonthOut]
    total: Tally
    outcomes_per_person: str
    """Outcomes accepted to participants who started: `5.7`, or `n/a` (BR-K11)."""
    re_referral_rate: str
    """Referrals of people known before, of all: `10.0%`, or `n/a` (BR-C5, BR-K12)."""


@router.get("/summary")
async def get_summary(
    tx: Annotated[
        Transaction,
        reading("prime-manager", "prime-finance", "council-oversight", "council-verifier", "council-finance"),
    ],
) -> SummaryOut:
    """Read referrals, starts, closures, outcomes, verified claims and payable pence per month."""
    read = await read_summary(tx)
    return SummaryOut(
        programme_id=tx.programme_id,
        months=[MonthOut(**month) for month in read.months],
        total=Tally(**{name: sum(month[name] for month in read.months) for name in Tally.model_fields}),
        outcomes_per_person=read.outcomes_per_person.each,
        re_referral_rate=read.re_referral_rate.percent,
    )
