"""Drop-ins after completion."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.drop_ins import DropInRow


async def drop_in_of(session: AsyncSession, drop_in_id: UUID) -> DropInRow | None:
    return await session.get(DropInRow, drop_in_id)


async def drop_in_to_change(session: AsyncSession, drop_in_id: UUID) -> DropInRow | None:
    return await session.get(DropInRow, drop_in_id, with_for_update=True, populate_existing=True)


async def list_drop_ins(
    session: AsyncSession, conditions: Sequence[ColumnElement[bool]], after: tuple[date, UUID] | None, limit: int
) -> Sequence[DropInRow]:
    """Newest first, one more than `limit`."""
    query = select(DropInRow).where(*conditions).order_by(DropInRow.dropped_in_on.desc(), DropInRow.id.desc())
    if after is not None:
        query = query.where(tuple_(DropInRow.dropped_in_on, DropInRow.id) < after)
    return (await session.scalars(query.limit(limit + 1))).all()
