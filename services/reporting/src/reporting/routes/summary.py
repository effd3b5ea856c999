"""The programme month by month."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from common.transaction import Transaction
from common.web.access import reading
from reporting.domain.standing import PLACES
from reporting.storage.months import what_happened

router = APIRouter(prefix="/v1/programme", tags=["programme"])

ACCEPTED = sorted(standing for standing, place in PLACES.items() if place == "achieved")


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
    """By the day of the prime's approval."""
    claims_verified: int
    value_pence: int
    """At rate-card prices, before payment windows and the cap."""
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


@router.get("/summary")
async def get_summary(
    tx: Annotated[
        Transaction,
        reading("prime-manager", "prime-finance", "council-oversight", "council-verifier", "council-finance"),
    ],
) -> SummaryOut:
    """Read referrals, starts, closures, outcomes, verified claims and payable pence per month."""
    months = [MonthOut(**row) for row in await what_happened(tx.session, tx.programme_id, ACCEPTED)]
    total = {name: sum(getattr(month, name) for month in months) for name in Tally.model_fields}
    return SummaryOut(programme_id=tx.programme_id, months=months, total=Tally(**total))
