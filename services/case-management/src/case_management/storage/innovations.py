"""Innovations that the fund was asked for."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.storage.tables.fund import InnovationRow


async def find_innovation(session: AsyncSession, innovation_id: UUID) -> InnovationRow | None:
    return await session.get(InnovationRow, innovation_id, with_for_update=True)


async def list_innovations(
    session: AsyncSession, before: tuple[date, UUID] | None, most: int
) -> Sequence[InnovationRow]:
    """Newest first; row-level security leaves a provider its own."""
    query = select(InnovationRow)
    if before is not None:
        query = query.where(tuple_(InnovationRow.requested_on, InnovationRow.id) < before)
    query = query.order_by(InnovationRow.requested_on.desc(), InnovationRow.id.desc()).limit(most)
    return (await session.scalars(query)).all()
