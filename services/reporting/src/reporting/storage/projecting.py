"""Keeping read models: what a batch of events says fills columns of rows, whether a row is there yet or not."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ColumnElement, inspect, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.attributes import flag_modified

from common.transaction import Transaction, write
from reporting.domain.row_values import RowValues, values_after
from reporting.domain.tally import Change

Model = type[DeclarativeBase]
WAITING = "row values"
"""Under which name a session holds what its events say of rows, until the batch's end."""


def keep(
    tx: Transaction,
    model: Model,
    *,
    earliest: frozenset[str] = frozenset(),
    newest: str | None = None,
    only_with: str | None = None,
    **values: Any,
) -> None:
    """Set the told columns of a row, made if need be, at the batch's end; columns not told stay as they are.

    Columns in `earliest` keep the smallest value ever told. With `newest`, a row that holds a greater value in that
    column stays as it is; with `only_with`, a row that holds none in that one.
    """
    of_event = RowValues({"programme_id": tx.programme_id, **values}, earliest, newest, only_with)
    tx.session.info.setdefault(WAITING, []).append((model, of_event))


async def write_kept(session: AsyncSession) -> list[tuple[Model, Change]]:
    """Write what the reactions to a batch said of rows: reads them in one statement a table, writes all in one.

    What is read is held, in the order of its key. Answered is what became of each row.

    Raises:
        IntegrityError: meanwhile somebody else wrote a row that was not there; heard again, it is.
    """
    waiting = cast(list[tuple[Model, RowValues]], session.info.pop(WAITING, []))
    changes: list[tuple[Model, Change]] = []
    for model, of_model in groupby(sorted(waiting, key=_table), _first):
        changes += [(model, change) for change in await _apply(session, model, [values for _, values in of_model])]
    await write(session)
    return changes


async def _apply(session: AsyncSession, model: Model, of_events: Sequence[RowValues]) -> list[Change]:
    columns = _columns(model)
    key_of = _key_of(model)
    keys = {key_of(each.columns) for each in of_events}
    rows = {key_of(_values(row, columns)): row for row in await _held(session, model, keys)}
    before = {key: _values(row, columns) for key, row in rows.items()}
    after = dict(before)
    for each in of_events:
        key = key_of(each.columns)
        values = values_after(after.get(key), each)
        if values is not None:
            after[key] = _blank(model) | values
    for key, values in after.items():
        if key not in rows:
            session.add(model(**values))
        elif values != before[key]:
            _set(rows[key], values)
    return [Change(before.get(key), values) for key, values in after.items()]


async def _held(session: AsyncSession, model: Model, keys: set[tuple[Any, ...]]) -> Iterable[DeclarativeBase]:
    key: Sequence[ColumnElement[Any]] = inspect(model).primary_key
    query = select(model).where(tuple_(*key).in_(sorted(keys))).order_by(*key).with_for_update()
    return (await session.scalars(query)).all()


def _set(row: DeclarativeBase, values: dict[str, Any]) -> None:
    """All of them, so that all rows of a table are written alike, in one part of a statement."""
    for name in values.keys() - {column.name for column in inspect(type(row)).primary_key}:
        setattr(row, name, values[name])
        flag_modified(row, name)


def _blank(model: Model) -> dict[str, Any]:
    """A row of which nothing was told."""
    return {column.name: None if column.server_default is None else [] for column in model.__table__.columns}


def _values(row: DeclarativeBase, columns: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}


def _columns(model: Model) -> list[str]:
    return [column.name for column in model.__table__.columns]


def _key_of(model: Model) -> Callable[[Any], tuple[Any, ...]]:
    names = [column.name for column in inspect(model).primary_key]
    return lambda values: tuple(values[name] for name in names)


def _first(pair: tuple[Model, RowValues]) -> Model:
    return pair[0]


def _table(pair: tuple[Model, RowValues]) -> str:
    return str(pair[0].__tablename__)
