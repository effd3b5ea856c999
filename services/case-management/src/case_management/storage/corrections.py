"""What was put right of a case, and what stood before."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.correction import OF_FUND
from case_management.storage.tables.cases import CorrectionRow


async def corrections_of(
    session: AsyncSession,
    case_id: UUID,
    of_id: UUID | None = None,
    after: tuple[UUID] | None = None,
    most: int | None = None,
    *,
    of_fund: bool,
) -> list[CorrectionRow]:
    """Of the case and its parts, or of one of them; the first one first. `of_fund`: its fund requests with them."""
    query = select(CorrectionRow).where(CorrectionRow.case_id == case_id)
    if not of_fund:
        query = query.where(CorrectionRow.kind.not_in(OF_FUND))
    if of_id is not None:
        query = query.where(CorrectionRow.of_id == of_id)
    if after is not None:
        query = query.where(CorrectionRow.id > after[0])
    return list(await session.scalars(query.order_by(CorrectionRow.id).limit(most)))
