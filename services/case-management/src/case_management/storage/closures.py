"""Requests to close a case."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .tables import ClosureRequestRow


async def find_closure_request(session: AsyncSession, request_id: UUID) -> ClosureRequestRow | None:
    return await session.get(ClosureRequestRow, request_id, with_for_update=True)


async def closure_requests_of(session: AsyncSession, case_id: UUID) -> list[ClosureRequestRow]:
    asked = select(ClosureRequestRow).where(ClosureRequestRow.case_id == case_id)
    return list(await session.scalars(asked.order_by(ClosureRequestRow.requested_on, ClosureRequestRow.id)))
