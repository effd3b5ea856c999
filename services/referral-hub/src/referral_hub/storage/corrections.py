"""What was put right, and what stood before."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.corrections import CorrectionRow


async def corrections_of(session: AsyncSession, of_ids: Collection[UUID]) -> Sequence[CorrectionRow]:
    """Every correction of these things, the first one first."""
    query = select(CorrectionRow).where(CorrectionRow.of_id.in_(of_ids))
    return (await session.scalars(query.order_by(CorrectionRow.id))).all()
