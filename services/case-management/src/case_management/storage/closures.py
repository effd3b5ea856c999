"""Requests to close a case."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.storage.tables.closure import ClosureRequestRow


async def find_closure_request(session: AsyncSession, request_id: UUID) -> ClosureRequestRow | None:
    """Hold its case before you change it, and read it again."""
    return await session.get(ClosureRequestRow, request_id)


CLOSURE_REQUESTS = (
    select(ClosureRequestRow)
    .where(ClosureRequestRow.case_id == bindparam("case_id"))
    .order_by(ClosureRequestRow.requested_on, ClosureRequestRow.id)
)
"""The first first."""


async def settle_request(session: AsyncSession, case_id: UUID, by: str, on: date) -> None:
    """An open request to close a case is met, once the case is closed by whatever way."""
    await session.execute(
        update(ClosureRequestRow)
        .where(ClosureRequestRow.case_id == case_id, ClosureRequestRow.state == "open")
        .values(state="confirmed", decided_by=by, decided_on=on, version=ClosureRequestRow.version + 1)
    )
