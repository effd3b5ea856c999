"""Statements, their lines, and what a month still has to state."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import Claim
from claims.storage.tables.payment import Adjustment, ClaimValuation, Statement, StatementLine

from .audits import of_quarters
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
) -> Sequence[tuple[Claim, ClaimValuation]]:
    """Claims verified in a period with what they are worth, in the order in which a statement lists them."""
    found = await session.execute(
        select(Claim, ClaimValuation)
        .join(ClaimValuation, ClaimValuation.claim_id == Claim.claim_id)
        .where(ClaimValuation.programme_id == programme_id, NOT_UNDONE)
        .where(ClaimValuation.verified_on >= from_on, ClaimValuation.verified_on < before_on)
        .order_by(ClaimValuation.verified_on, Claim.number)
    )
    return [(claim, valuation) for claim, valuation in found]


async def adjustments_waiting(
    session: AsyncSession, programme_id: str, before_on: date
) -> Sequence[tuple[Claim, ClaimValuation, Adjustment]]:
    """Adjustments made before a day that no statement carries yet, oldest first."""
    stated = select(StatementLine.valuation_id).where(StatementLine.programme_id == programme_id)
    found = await session.execute(
        select(Claim, ClaimValuation, Adjustment)
        .join(Adjustment, Adjustment.claim_id == Claim.claim_id)
        .join(ClaimValuation, ClaimValuation.event_id == Adjustment.valuation_id)
        .where(Adjustment.programme_id == programme_id, Adjustment.made_on < before_on)
        .where(ClaimValuation.verified_on < before_on)
        .where(Adjustment.valuation_id.not_in(stated.where(StatementLine.kind == "adjustment")))
        .order_by(Adjustment.made_on, Adjustment.adjustment_id)
    )
    return [(claim, valuation, adjustment) for claim, valuation, adjustment in found]


async def first_verified_on(session: AsyncSession, programme_id: str) -> date | None:
    return await session.scalar(
        select(func.min(ClaimValuation.verified_on)).where(ClaimValuation.programme_id == programme_id, NOT_UNDONE)
    )


async def statement_seen(session: AsyncSession, statement_id: UUID) -> Statement | None:
    return await session.get(Statement, statement_id)


async def statements_listed(
    session: AsyncSession, after: date | None, most: int, quarters: frozenset[str] | None = None
) -> Sequence[Statement]:
    """Newest month first; of these quarters, or of all."""
    asked = select(Statement).order_by(Statement.month.desc()).limit(most)
    if after is not None:
        asked = asked.where(Statement.month < after)
    if quarters is not None:
        asked = asked.where(of_quarters(quarters))
    return (await session.scalars(asked)).all()


async def lines_listed(session: AsyncSession, statement_id: UUID, after: int, most: int) -> Sequence[StatementLine]:
    found = await session.scalars(
        select(StatementLine)
        .where(StatementLine.statement_id == statement_id, StatementLine.position > after)
        .order_by(StatementLine.position)
        .limit(most)
    )
    return found.all()
