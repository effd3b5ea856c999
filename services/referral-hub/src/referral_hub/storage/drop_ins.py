"""Drop-ins after completion."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.drop_ins import DropInRow


async def drop_in_of(session: AsyncSession, drop_in_id: UUID) -> DropInRow | None:
    return await session.get(DropInRow, drop_in_id)


async def drop_in_to_change(session: AsyncSession, drop_in_id: UUID) -> DropInRow | None:
    return await session.get(DropInRow, drop_in_id, with_for_update=True, populate_existing=True)
