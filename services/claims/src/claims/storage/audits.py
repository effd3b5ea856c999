"""Which quarters an auditor may look into, and until when."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.audits import AuditGrantRow
from claims.storage.tables.payment import StatementLineRow, StatementRow


def of_quarters(quarters: frozenset[str]) -> ColumnElement[bool]:
    """Of a statement: that its month is in one of these quarters."""
    return func.to_char(StatementRow.month, 'YYYY-"Q"Q').in_(quarters)


def claims_stated_in(quarters: frozenset[str]) -> Select[UUID]:
    """The claims with a line on a statement of one of these quarters."""
    lines = select(StatementLineRow.claim_id).join(
        StatementRow, StatementRow.statement_id == StatementLineRow.statement_id
    )
    return lines.where(of_quarters(quarters))


async def claims_of_quarters(session: AsyncSession, quarters: frozenset[str], among: Sequence[UUID]) -> frozenset[UUID]:
    """Of these claims, those with a line on a statement of one of the quarters."""
    return frozenset(await session.scalars(claims_stated_in(quarters).where(StatementLineRow.claim_id.in_(among))))


async def granted_on(session: AsyncSession, programme_id: str, auditor: str, day: date) -> frozenset[str]:
    """The quarters that an auditor's organisation may look into on a day."""
    rows = AuditGrantRow
    query = select(rows.quarter).where(
        *(rows.programme_id == programme_id, rows.auditor == auditor, rows.until_on >= day, rows.ended_on.is_(None))
    )
    return frozenset(await session.scalars(query))


async def grants_listed(session: AsyncSession, auditor: str | None) -> Sequence[AuditGrantRow]:
    """All, or those of one auditor's organisation; the newest first."""
    query = select(AuditGrantRow).order_by(AuditGrantRow.grant_id.desc())
    return (await session.scalars(query if auditor is None else query.where(AuditGrantRow.auditor == auditor))).all()


async def grant_to_end(session: AsyncSession, programme_id: str, grant_id: UUID) -> AuditGrantRow | None:
    """The grant, locked."""
    query = select(AuditGrantRow).where(AuditGrantRow.programme_id == programme_id, AuditGrantRow.grant_id == grant_id)
    return await session.scalar(query.with_for_update())


async def months_stating(session: AsyncSession, claim_id: UUID) -> Sequence[date]:
    """The months on whose statements a claim has a line."""
    lines = select(StatementRow.month).join(
        StatementLineRow, StatementLineRow.statement_id == StatementRow.statement_id
    )
    return (await session.scalars(lines.where(StatementLineRow.claim_id == claim_id))).all()
