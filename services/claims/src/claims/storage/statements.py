"""Statements, their lines, and what a month still has to state."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.payment import AdjustmentRow, ClaimValuationRow, StatementLineRow, StatementRow

from .claims import NOT_UNDONE

ASIDE = text("""
select topic || ' ' || subject || ' (' || state || ', ' || coalesce(error_code, 'no code') || ')' from inbox
where programme_id = :programme and state <> 'open' order by topic, subject
""")


async def streams_aside(session: AsyncSession, programme_id: str) -> Sequence[str]:
    """The programme's heard streams that failed and wait for a retry or an operator, with state and code."""
    return (await session.scalars(ASIDE, {"programme": programme_id})).all()


async def valued_in(
    session: AsyncSession, programme_id: str, from_on: date, before_on: date
) -> Sequence[tuple[ClaimRow, ClaimValuationRow]]:
    """Claims verified in a period with what they are worth, in the order in which a statement lists them."""
    rows = await session.execute(
        select(ClaimRow, ClaimValuationRow)
        .join(ClaimValuationRow, ClaimValuationRow.claim_id == ClaimRow.claim_id)
        .where(ClaimValuationRow.programme_id == programme_id, NOT_UNDONE)
        .where(ClaimValuationRow.verified_on >= from_on, ClaimValuationRow.verified_on < before_on)
        .order_by(ClaimValuationRow.verified_on, ClaimRow.number)
    )
    return [(claim, valuation) for claim, valuation in rows]


async def adjustments_waiting(
    session: AsyncSession, programme_id: str, before_on: date
) -> Sequence[tuple[ClaimRow, ClaimValuationRow, AdjustmentRow]]:
    """Adjustments made before a day that no statement carries yet, oldest first."""
    query = select(StatementLineRow.valuation_id).where(StatementLineRow.programme_id == programme_id)
    rows = await session.execute(
        select(ClaimRow, ClaimValuationRow, AdjustmentRow)
        .join(AdjustmentRow, AdjustmentRow.claim_id == ClaimRow.claim_id)
        .join(ClaimValuationRow, ClaimValuationRow.event_id == AdjustmentRow.valuation_id)
        .where(AdjustmentRow.programme_id == programme_id, AdjustmentRow.made_on < before_on)
        .where(ClaimValuationRow.verified_on < before_on)
        .where(AdjustmentRow.valuation_id.not_in(query.where(StatementLineRow.kind == "adjustment")))
        .order_by(AdjustmentRow.made_on, AdjustmentRow.adjustment_id)
    )
    return [(claim, valuation, adjustment) for claim, valuation, adjustment in rows]


async def first_verified_on(session: AsyncSession, programme_id: str) -> date | None:
    return await session.scalar(
        select(func.min(ClaimValuationRow.verified_on)).where(
            ClaimValuationRow.programme_id == programme_id, NOT_UNDONE
        )
    )


async def statement_seen(session: AsyncSession, statement_id: UUID) -> StatementRow | None:
    return await session.get(StatementRow, statement_id)
