"""The programme's catalogue of reasons."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from claims.domain.reason import Reason, read_reasons
from claims.storage.tables.programme import ReasonCatalogueRow


async def catalogue_of(session: AsyncSession, programme_id: str) -> tuple[Reason, ...]:
    """In the order of the programme's folder; empty where it was loaded before there was one."""
    row = await session.get(ReasonCatalogueRow, programme_id)
    return () if row is None else read_reasons(row.reasons)


async def keep_catalogue(session: AsyncSession, programme_id: str, reasons: Sequence[dict[str, Any]]) -> bool:
    """Whether that changed anything."""
    row = await session.get(ReasonCatalogueRow, programme_id)
    if row is not None and row.reasons == reasons:
        return False
    statement = insert(ReasonCatalogueRow).values(programme_id=programme_id, reasons=list(reasons))
    await session.execute(
        statement.on_conflict_do_update(index_elements=["programme_id"], set_={"reasons": list(reasons)})
    )
    return True
