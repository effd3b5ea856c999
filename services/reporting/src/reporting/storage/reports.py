"""Submitted months: fixed figures, and the posts that were filled."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.domain.ratio import Ratio
from reporting.domain.targets import Staffing

from .tables import MonthlyReport

PARTNERSHIP = ""
"""Whose report is nobody's alone."""


async def report_of(
    session: AsyncSession, programme_id: str, provider_id: str | None, month: date
) -> MonthlyReport | None:
    return await session.get(MonthlyReport, (programme_id, provider_id or PARTNERSHIP, month))


async def staffing_to_date(session: AsyncSession, programme_id: str, month: date) -> Staffing:
    """What providers said of their posts in the months up to one; only those that said it, and that the asker sees."""
    asked = select(
        MonthlyReport.provider_id, MonthlyReport.month, MonthlyReport.filled_hundredths, MonthlyReport.posts_hundredths
    ).where(
        MonthlyReport.programme_id == programme_id, MonthlyReport.month <= month, MonthlyReport.posts_hundredths > 0
    )
    return {
        (provider, first): Ratio(filled or 0, posts or 1)
        for provider, first, filled, posts in await session.execute(asked)
    }
