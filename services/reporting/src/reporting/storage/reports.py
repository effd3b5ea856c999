"""Submitted months: fixed figures, the posts that were filled, their corrections and their acceptance."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.domain.ratio import Ratio
from reporting.domain.targets import Staffing
from reporting.storage.tables.reports import MonthlyReportAcceptanceRow, MonthlyReportRow

PARTNERSHIP = ""
"""Whose report is nobody's alone."""
HOLD = text("select pg_advisory_xact_lock(hashtextextended('monthly-report/' || :programme || '/' || :month, 0))")


async def hold_month(session: AsyncSession, programme_id: str, month: date) -> None:
    """Let nobody else submit, correct or accept a report of this month until the transaction ends."""
    await session.execute(HOLD, {"programme": programme_id, "month": month.isoformat()})


async def report_of(
    session: AsyncSession, programme_id: str, provider_id: str | None, month: date
) -> MonthlyReportRow | None:
    """The report that stands: its newest version."""
    newest = await versions_of(session, programme_id, provider_id, month)
    return newest[-1] if newest else None


async def versions_of(
    session: AsyncSession, programme_id: str, provider_id: str | None, month: date
) -> Sequence[MonthlyReportRow]:
    """Every version of a report, the first one first."""
    query = select(MonthlyReportRow).where(
        MonthlyReportRow.programme_id == programme_id,
        MonthlyReportRow.provider_id == (provider_id or PARTNERSHIP),
        MonthlyReportRow.month == month,
    )
    return (await session.scalars(query.order_by(MonthlyReportRow.version))).all()


async def acceptance_of(
    session: AsyncSession, programme_id: str, provider_id: str | None, month: date
) -> MonthlyReportAcceptanceRow | None:
    return await session.get(MonthlyReportAcceptanceRow, (programme_id, provider_id or PARTNERSHIP, month))


async def reports_that_stand(session: AsyncSession, programme_id: str) -> dict[tuple[str, date], Any]:
    """By provider and month, what is known of the newest version of each report but its figures."""
    columns = (
        MonthlyReportRow.provider_id,
        MonthlyReportRow.month,
        MonthlyReportRow.version,
        MonthlyReportRow.submitted_on,
    )
    query = (
        select(*columns, MonthlyReportAcceptanceRow.accepted_on)
        .outerjoin(
            MonthlyReportAcceptanceRow,
            (MonthlyReportAcceptanceRow.programme_id == MonthlyReportRow.programme_id)
            & (MonthlyReportAcceptanceRow.provider_id == MonthlyReportRow.provider_id)
            & (MonthlyReportAcceptanceRow.month == MonthlyReportRow.month),
        )
        .where(MonthlyReportRow.programme_id == programme_id)
        .order_by(MonthlyReportRow.version)
    )
    return {(row.provider_id, row.month): row for row in await session.execute(query)}


async def staffing_to_date(session: AsyncSession, programme_id: str, month: date) -> Staffing:
    """What providers said last of their posts in the months up to one; only those that said it, and the asker sees."""
    query = (
        select(
            MonthlyReportRow.provider_id,
            MonthlyReportRow.month,
            MonthlyReportRow.filled_hundredths,
            MonthlyReportRow.posts_hundredths,
        )
        .where(MonthlyReportRow.programme_id == programme_id, MonthlyReportRow.month <= month)
        .order_by(MonthlyReportRow.version)
    )
    newest = {(provider, first): (part, posts) for provider, first, part, posts in await session.execute(query)}
    return {whose: Ratio(part or 0, posts) for whose, (part, posts) in newest.items() if posts}
