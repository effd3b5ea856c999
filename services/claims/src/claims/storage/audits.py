"""Which quarters an auditor may look into, and until when."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.audits import AuditGrant
from claims.storage.tables.payment import Statement, StatementLine


def of_quarters(quarters: frozenset[str]) -> ColumnElement[bool]:
    """Of a statement: that its month is in one of these quarters."""
    return func.to_char(Statement.month, 'YYYY-"Q"Q').in_(quarters)


def claims_stated_in(quarters: frozenset[str]) -> Select[UUID]:
    """The claims with a line on a statement of one of these quarters."""
    lines = select(StatementLine.claim_id).join(Statement, Statement.statement_id == StatementLine.statement_id)
    return lines.where(of_quarters(quarters))


async def claims_of_quarters(session: AsyncSession, quarters: frozenset[str], among: Sequence[UUID]) -> frozenset[UUID]:
    """Of these claims, those with a line on a statement of one of the quarters."""
    return frozenset(await session.scalars(claims_stated_in(quarters).where(StatementLine.claim_id.in_(among))))


async def granted_on(session: AsyncSession, programme_id: str, auditor: str, day: date) -> frozenset[str]:
    """The quarters that an auditor's organisation may look into on a day."""
    rows = AuditGrant
    asked = select(rows.quarter).where(
        *(rows.programme_id == programme_id, rows.auditor == auditor, rows.until_on >= day, rows.ended_on.is_(None))
    )
    return frozenset(await session.scalars(asked))


async def grants_listed(session: AsyncSession, auditor: str | None) -> Sequence[AuditGrant]:
    """All, or those of one auditor's organisation; the newest first."""
    asked = select(AuditGrant).order_by(AuditGrant.grant_id.desc())
    return (await session.scalars(asked if auditor is None else asked.where(AuditGrant.auditor == auditor))).all()


async def grant_to_end(session: AsyncSession, programme_id: str, grant_id: UUID) -> AuditGrant | None:
    """The grant, locked."""
    asked = select(AuditGrant).where(AuditGrant.programme_id == programme_id, AuditGrant.grant_id == grant_id)
    return await session.scalar(asked.with_for_update())


async def months_stating(session: AsyncSession, claim_id: UUID) -> Sequence[date]:
    """The months on whose statements a claim has a line."""
    lines = select(Statement.month).join(StatementLine, StatementLine.statement_id == Statement.statement_id)
    return (await session.scalars(lines.where(StatementLine.claim_id == claim_id))).all()
