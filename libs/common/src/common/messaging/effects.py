"""Which rows a reaction writes, named as it writes them, by whatever statement; `common.web.effects` looks for them."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.engine import Result
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_mapper

KEPT = "effect"
TAKEN = "-"
"""Before the name of a row that was taken away; such names come first."""


@contextmanager
def written(session: AsyncSession) -> Generator[set[str]]:
    """The names of all rows that are written or taken away meanwhile: the table and its key, `support_case/0197…`.

    What is only added to the session is named when it is flushed.
    """
    session.info[KEPT] = names = set[str]()
    try:
        yield names
    finally:
        del session.info[KEPT]


def names_of(rows: Iterable[object]) -> set[str]:
    """The names of rows that were written."""
    return {_name_of(row) for row in rows}


def _name_flushed(session: Session, _: Any) -> None:
    if (names := session.info.get(KEPT)) is not None:
        changes = (one for one in session.dirty if session.is_modified(one))
        names.update(names_of((*session.new, *changes)))
        names.update(TAKEN + _name_of(one) for one in session.deleted)


def _name_executed(state: ORMExecuteState) -> Result[Any] | None:
    names: set[str] | None = state.session.info.get(KEPT)
    if names is None or not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return None
    statement: Any = state.statement
    keys = state.bind_mapper.primary_key
    result = state.invoke_statement(statement.returning(*keys)).freeze()
    before = TAKEN if state.is_delete else ""
    names.update(before + _name(state.bind_mapper, key[-len(keys) :]) for key in result())
    return result()


def _name_of(row: object) -> str:
    mapper = object_mapper(row)
    return _name(mapper, mapper.primary_key_from_instance(row))


def _name(mapper: Mapper[Any], key: Iterable[object]) -> str:
    table = mapper.local_table
    assert isinstance(table, Table)  # noqa: S101 - ours are mapped to tables
    return "/".join(map(str, (table.name, *key)))


event.listen(Session, "after_flush", _name_flushed)
event.listen(Session, "do_orm_execute", _name_executed)
