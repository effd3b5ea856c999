"""What was put right of a case, and what stood before."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .tables import CorrectionRow


async def corrections_of(
    session: AsyncSession,
    case_id: UUID,
    of_id: UUID | None = None,
    after: tuple[UUID] | None = None,
    most: int | None = None,
) -> list[CorrectionRow]:
    """Of the case and its parts, or of one of them; the first one first."""
    asked = select(CorrectionRow).where(CorrectionRow.case_id == case_id)
    if of_id is not None:
        asked = asked.where(CorrectionRow.of_id == of_id)
    if after is not None:
        asked = asked.where(CorrectionRow.id > after[0])
    return list(await session.scalars(asked.order_by(CorrectionRow.id).limit(most)))
