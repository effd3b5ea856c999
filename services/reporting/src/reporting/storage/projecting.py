"""Keeping a read model's row: what an event says fills its columns, whether the row is there yet or not."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal_column, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from common.transaction import Transaction
from reporting.domain.tally import Change
from reporting.storage.tables.read_models import AllocationRow


async def keep(
    tx: Transaction,
    model: type[DeclarativeBase],
    *,
    earliest: frozenset[str] = frozenset(),
    newest: str | None = None,
    **values: Any,
) -> Change | None:
    """Set the told columns of a row, made if need be; columns not told stay as they are. None when nothing was set.

    Columns in `earliest` keep the smallest value ever told. With `newest`, a row that holds a greater value in that
    column stays as it is.
    """
    table: Any = model.__table__
    statement = insert(table).values(programme_id=tx.programme_id, **values)
    key = [column.name for column in table.primary_key]
    changes = {
        name: func.least(table.c[name], statement.excluded[name]) if name in earliest else statement.excluded[name]
        for name in values
        if name not in key
    }
    not_older = None if newest is None else func.coalesce(table.c[newest], -1) <= statement.excluded[newest]
    upsert = statement.on_conflict_do_update(index_elements=key, set_=changes, where=not_older)
    return await _changed(tx.session, upsert, [column.name for column in table.columns])


async def _changed(session: AsyncSession, upsert: Any, columns: Sequence[str]) -> Change | None:
    """The row before and after, as PostgreSQL saw them under the row's lock."""
    versions: list[Any] = [literal_column(f"{version}.{name}") for version in ("old", "new") for name in columns]
    row: Any = (await session.execute(upsert.returning(*versions))).one_or_none()
    if row is None:
        return None
    before = dict(zip(columns, row[: len(columns)], strict=True))
    after = dict(zip(columns, row[len(columns) :], strict=True))
    return Change(before if before["programme_id"] is not None else None, after)


async def keep_once(session: AsyncSession, model: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Keep rows that never change.

    Raises:
        IntegrityError: one of them is kept already.
    """
    await session.execute(insert(model), rows)


async def put_decline_right(session: AsyncSession, programme_id: str, allocation_id: UUID, reason: str) -> None:
    """Of an allocation that was handed back."""
    handed_back = AllocationRow.allocation_id == allocation_id, AllocationRow.decline_reason.is_not(None)
    ours = AllocationRow.programme_id == programme_id
    await session.execute(update(AllocationRow).where(ours, *handed_back).values(decline_reason=reason))
