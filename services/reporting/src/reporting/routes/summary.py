"""The programme month by month."""

from typing import Annotated

from common.transaction import Transaction
from common.web.access import reading
from common.web.routing import Routes
from reporting.operations.figures.read_summary import read_summary

from .responses.summary import MonthOut, SummaryOut, TallyOut

router = Routes(prefix="/v1/programme", tags=["programme"])


@router.get("/summary")
async def get_summary(
    tx: Annotated[
        Transaction,
        reading("prime-manager", "prime-finance", "council-oversight", "council-verifier", "council-finance"),
    ],
) -> SummaryOut:
    """Read referrals, starts, closures, outcomes, verified claims and payable pence per month."""
    summary = await read_summary(tx)
    return SummaryOut(
        programme_id=tx.programme_id,
        months=[MonthOut(**month) for month in summary.months],
        total=TallyOut(**{name: sum(month[name] for month in summary.months) for name in TallyOut.model_fields}),
        outcomes_per_person=summary.outcomes_per_person.each,
        re_referral_rate=summary.re_referral_rate.percent,
    )
