"""What was put right of a case, and what stood before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.correction import OF_FUND
from case_management.storage.tables.cases import CorrectionRow


def of_case(case_id: UUID, *, of_fund: bool) -> Sequence[ColumnElement[bool]]:
    """What was put right of the case and its parts. `of_fund`: of its fund requests with them."""
    case = CorrectionRow.case_id == case_id
    return (case,) if of_fund else (case, CorrectionRow.kind.not_in(OF_FUND))


async def corrections_of(session: AsyncSession, case_id: UUID, *, of_fund: bool) -> list[CorrectionRow]:
    """The first one first."""
    query = select(CorrectionRow).where(*of_case(case_id, of_fund=of_fund)).order_by(CorrectionRow.id)
    return list(await session.scalars(query))
