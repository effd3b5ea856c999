"""What a request changed, and the record of it, in one statement: the last before commit.

Whatever an operation adds to the session, or changes of what it loaded, waits until then, unless a query reads its
table before (`common.database.WaitingSession`); what was written so is not written again. The record is kept by a
function of the database (`keep_in_one`), so that nobody need change roles.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement

from .database import ORGANISATION, PROGRAMME, Migrating, Viewpoint
from .streams.outbox import outbox_rows
from .transaction import KEEP_SQL, Transaction, audit_rows, key_rows

QUOTED = postgresql.dialect().identifier_preparer.quote
PARAMETERS = {
    "changes": "json", "keys": "jsonb", "event_ids": "uuid[]", "topics": "text[]", "subjects": "text[]",
    "types": "text[]", "schema_versions": "integer[]", "programmes": "text[]", "providers": "text[]",
    "bodies": "text[]", "occurred": "timestamptz[]", "leaves": "bytea[]", "places": "integer[]",
    "lengths": "integer[]", "trace": "jsonb",
}  # fmt: skip
"""Of the function `keep`, and of the statement it is made of: each name with its type, in order."""
KEPT = f"keep({', '.join(f'cast(:{name} as {kind})' for name, kind in PARAMETERS.items())})"
WHOLE = "(select count(*) from written_{place}) = :count_{place}"


class Write(NamedTuple):
    """Rows of one table that are written alike."""

    table: str
    columns: tuple[str, ...]
    """Those that are written, and no others: what the database has a default for is left to it."""
    key: tuple[str, ...] = ()
    """By which a row is found to be changed; empty for rows that are new."""

    def sql(self, place: int) -> str:
        """Rows come as JSON, `:rows_<place>`, so that one statement serves however many there are."""
        table, columns = QUOTED(self.table), [QUOTED(column) for column in self.columns]
        source = f"json_populate_recordset(null::{table}, cast(:rows_{place} as json)) as given"
        if not self.key:
            names = ", ".join(columns)
            return f"insert into {table} ({names}) select {names} from {source} returning 1"  # noqa: S608 - our names
        values = ", ".join(f"{column} = given.{column}" for column in columns)
        same = " and ".join(f"{table}.{QUOTED(column)} = given.{QUOTED(column)}" for column in self.key)
        return f"update {table} set {values} from {source} where {same} returning 1"  # noqa: S608 - our names


async def save(tx: Transaction, key: Mapping[str, Any] | None = None) -> None:
    """Write what waits in the session, the audit row, all that is announced, and the idempotency `key` with its answer.

    Raises:
        EventTooLarge: an event's body exceeds 64 KiB.
        StaleDataError: a row that was to be changed is no longer there, or out of the asker's sight.
    """
    actions = [tx] if tx.subjects or tx.events else []
    record = {**audit_rows(actions), **key_rows([key] if key else []), **outbox_rows(tx.events)}
    await _write(tx.session, KEPT if actions or key else None, record)


async def write(session: AsyncSession) -> None:
    """Write what waits in the session in one statement, before the end: rows that are new are then no part of it.

    Raises:
        StaleDataError: as for `save`.
    """
    await _write(session, None, {})


async def _write(session: AsyncSession, last: str | None, record: Mapping[str, Any]) -> None:
    writes = await _writes(session)
    if writes or last:
        rows = {f"rows_{place}": to_json(group).decode() for place, group in enumerate(writes.values())}
        counts = {f"count_{place}": len(group) for place, group in enumerate(writes.values())}
        result = await session.execute(_statement(tuple(writes), last or "1"), {**record, **rows, **counts})
        if result.first() is None:
            raise StaleDataError("A row that was to be changed is not there any more.")
        _settle(session)


def _settle(session: AsyncSession) -> None:
    """What was written waits no longer."""
    for row in session.new:
        session.expunge(row)
    for row in session.dirty:
        state = inspect(row, raiseerr=True)
        for name in tuple(state.committed_state):
            set_committed_value(row, name, state.dict[name])


@cache
def _statement(writes: tuple[Write, ...], last: str) -> TextClause:
    """All writes, each held against how many rows it should write; then the record, whose locks are taken last."""
    if not writes:
        return text(f"select {last}")
    parts = ", ".join(f"written_{place} as ({write.sql(place)})" for place, write in enumerate(writes))
    whole = " and ".join(WHOLE.format(place=place) for place in range(len(writes)))
    return text(f"with {parts} select {last} where {whole}")


async def _writes(session: AsyncSession) -> dict[Write, list[dict[str, Any]]]:
    """What waits, in groups of rows that are written alike; what cannot be said as values alone is flushed instead."""
    waiting: dict[Write, list[dict[str, Any]]] = {}
    unit = session.sync_session
    changes = [row for row in unit.dirty if unit.is_modified(row)]
    if unit.deleted or any(map(_is_computed, (*unit.new, *changes))):
        await session.flush()
        return waiting
    for row in unit.new:
        write, values = _addition(row)
        waiting.setdefault(write, []).append(values)
    for row in changes:
        write, values = _change(row)
        waiting.setdefault(write, []).append(values)
    return waiting


def _is_computed(row: object) -> bool:
    """Whether the database works out a value of the row, or the row gets another key."""
    state = inspect(row, raiseerr=True)
    keys = {column.key for column in state.mapper.primary_key}
    return bool(state.persistent and keys & state.committed_state.keys()) or any(
        isinstance(value, ClauseElement) for value in state.dict.values()
    )


def _addition(row: object) -> tuple[Write, dict[str, Any]]:
    state = inspect(row, raiseerr=True)
    values = {
        column.name: state.dict.get(name, column.default and column.default.arg)
        for name, column in state.mapper.columns.items()
        if name in state.dict or column.default is not None
    }
    return Write(state.mapper.local_table.name, tuple(values)), _as_json(values)


def _change(row: object) -> tuple[Write, dict[str, Any]]:
    state = inspect(row, raiseerr=True)
    columns = state.mapper.columns
    key = tuple(column.name for column in state.mapper.primary_key)
    values = {columns[name].name: state.dict[name] for name in sorted(state.committed_state)}
    write = Write(state.mapper.local_table.name, tuple(values), key)
    return write, _as_json(values | dict(zip(key, state.identity, strict=True)))


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as PostgreSQL reads them out of JSON, by its own columns' types."""
    return {name: f"\\x{value.hex()}" if isinstance(value, bytes) else value for name, value in values.items()}


def keep_in_one(op: Migrating, service: str) -> None:
    """Let a request write what it changed and the record of it in one statement, without changing roles before.

    The function acts as the owner, whom forced row security would show nothing, and does one thing: what `KEEP` does.
    Its policies keep it to the asker's programme, and replays to the asker's organisation. A new version of `KEEP` is a
    new migration that calls this again; code of before goes on with the statement (`keep_record`).
    """
    op.execute("set local lock_timeout = '2s'")
    owner, mine = f"{service}_owner", f"programme_id = {PROGRAMME}"
    own = f"{mine} and split_part(client, '/', 1) = {ORGANISATION}"
    for table, condition, verbs in (
        ("audit", mine, ("insert", "select")),
        ("audit_unsealed", "true", ("insert",)),
        ("idempotency", own, ("insert",)),
        ("stream", mine, ("insert", "select", "update")),
        ("outbox", mine, ("insert", "select")),
        ("pending", "true", ("insert",)),
    ):
        for verb in verbs:
            check = f"with check ({condition})" if verb == "insert" else f"using ({condition})"
            op.execute(f"drop policy if exists keep_{verb} on {table}")
            op.execute(f"create policy keep_{verb} on {table} for {verb} to {owner} {check}")
    op.execute(keep_function())
    roles = ", ".join(
        f"{service}_{viewpoint}" for viewpoint in (Viewpoint.PARTNERSHIP, Viewpoint.PROVIDER, Viewpoint.AGENCY)
    )
    op.execute(f"revoke all on function keep({', '.join(PARAMETERS.values())}) from public")
    op.execute(f"grant execute on function keep({', '.join(PARAMETERS.values())}) to {roles}")


def keep_function() -> str:
    """What `KEEP` does, as a function of its parameters in their order; a house test holds databases against it."""
    body = KEEP_SQL
    for place, name in enumerate(PARAMETERS, start=1):
        body = re.sub(rf":{name}\b", f"${place}", body)
    return (
        f"create or replace function keep({', '.join(PARAMETERS.values())}) returns void\n"
        f"language sql security definer set search_path = public, pg_temp as $keep$ {body} $keep$"
    )
