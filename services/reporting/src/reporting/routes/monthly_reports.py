"""Monthly reports: the figures a month is remembered by."""

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator

from common.contracts import Code
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import Asked
from reporting.domain.ratio import Ratio
from reporting.operations.read_tracker import NoSuchProvider
from reporting.operations.submit_report import submit_report

router = APIRouter(prefix="/v1/monthly-reports", tags=["monthly reports"])

Hundredths = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class StaffingIn(Asked):
    """Full-time posts in hundredths: 450 are four and a half."""

    posts_hundredths: Annotated[Hundredths, Field(ge=1)]
    """As the contract has them."""
    filled_hundredths: Hundredths

    @model_validator(mode="after")
    def no_more_are_filled_than_there_are(self) -> Self:
        if self.filled_hundredths > self.posts_hundredths:
            raise ValueError("no more posts can be filled than the contract has")
        return self


class MonthlyReportIn(Asked):
    """Whose month, and how that provider was staffed in it; the partnership's report has no posts of its own."""

    provider: Code | None = None
    """Your own code, or nothing: a provider's manager submits the provider's month, the prime the partnership's."""
    month: Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
    staffing: StaffingIn | None = None


class MonthlyReportSubmitted(Answer):
    """Whose month is fixed from now on; the partnership's without a provider."""

    provider_id: str | None
    month: str
    submitted_on: date


@router.post("", status_code=201)
async def submit(
    body: MonthlyReportIn, tx: Annotated[Transaction, writing("provider-manager", "prime-manager")]
) -> MonthlyReportSubmitted:
    """Submit your month, the prime the partnership's: its tracker stands from now on, whatever comes later (BR-K15).

    Posts that were not filled show in a second, capacity-adjusted view beside the contract's targets (BR-K14).
    409: the month has not ended, or was submitted before.
    """
    mine = tx.actor.organisation if tx.actor.has("provider-manager") else None
    if body.provider not in (None, mine):
        raise NoSuchProvider("Leave `provider` out to submit your own month.")
    said = body.staffing and Ratio(body.staffing.filled_hundredths, body.staffing.posts_hundredths)
    report = await submit_report(tx, mine, date.fromisoformat(f"{body.month}-01"), said if mine else None)
    return tx.answered(MonthlyReportSubmitted(provider_id=mine, month=body.month, submitted_on=report.submitted_on))
