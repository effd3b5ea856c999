"""Innovations that the fund was asked for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from case_management.storage.tables.fund import InnovationRow


async def find_innovation(session: AsyncSession, innovation_id: UUID) -> InnovationRow | None:
    return await session.get(InnovationRow, innovation_id, with_for_update=True)
