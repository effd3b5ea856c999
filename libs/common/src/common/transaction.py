"""One request, or one event, is one transaction: what is asked by whom, and what its edge writes of it.

Whatever an operation adds to the session, or changes of what it loaded, waits until the end, unless a query reads its
table before (`common.database.WaitingSession`); what was written so is not written again. Then it is written with the
record of it in one statement (`save`), the last before commit; the record by a function of the database
(`common.saving`), so that nobody need change roles. From there `common.messaging.relay` takes what was announced.
"""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypedDict, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from sqlalchemy import TextClause, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement

from common.streams.outbox import ANNOUNCED, outbox_rows

from .clock import london_date
from .contracts import Event
from .ids import new_id

KEYS_ARE_GOOD_FOR_DAYS = 30
"""So long the same `Idempotency-Key` is answered as the first time."""
AUDITED = """
audited as (
    insert into audit (programme_id, actor, organisation, action, subjects, cause, business_at, effect)
    select * from json_to_recordset(cast(:changes as json)) as change (
        programme_id text, actor text, organisation text, action text, subjects text[], cause text,
        business_at timestamptz, effect text[])
    returning position
), unsealed as (
    insert into audit_unsealed (position) select position from audited
)
"""
REMEMBERED = """
remembered as (
    insert into idempotency (programme_id, client, route, key, request_hash, status, answer)
    select * from jsonb_to_recordset(cast(:keys as jsonb)) as asked (
        programme text, client text, route text, key text, hash text, status integer, answer jsonb)
)
"""
KEEP_READ = text(f"with {AUDITED} select")
KEEP_PART = text(f"with {REMEMBERED}, {AUDITED} select")
KEEP_SQL = f"with {REMEMBERED}, {AUDITED}, {ANNOUNCED} select"
KEEP = text(f"with {AUDITED}, {ANNOUNCED} select")
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


class Answer(BaseModel):
    """What a write answers: ids, states and versions, never personal data, because it is kept for replays."""

    model_config = ConfigDict(use_attribute_docstrings=True)


A = TypeVar("A", bound=Answer)


class Envelope(TypedDict):
    """What every event of one transaction shares; spread it: `ClaimVerified(**tx.envelope(), claim_id=…)`."""

    event_id: UUID
    programme_id: str
    occurred_at: datetime
    caused_by: UUID | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person or system, for an organisation, in roles. Pseudonymous: never a name."""

    id: str
    organisation: str
    organisation_kind: str = "service"
    roles: frozenset[str] = frozenset()
    person: bool = False
    """Somebody signed in themselves; false for a system, whoever's it is."""

    def has(self, *roles: str) -> bool:
        """Whether one of these roles is held."""
        return not self.roles.isdisjoint(roles)


class StaleVersion(Exception):
    """The thing changed since the asker read it (`If-Match`)."""


@dataclass(slots=True)
class Transaction:
    """The work of one request or one event: what is asked by whom, when, and what it announces and changes."""

    session: AsyncSession
    actor: Actor
    programme_id: str
    now: datetime
    """Business now, UTC."""
    action: str
    cause: UUID | None = None
    """The event being heard, if any."""
    expected_versions: Container[int] | None = None
    """From `If-Match`: of which the thing must have one."""
    version_is_expected: bool = False
    """It was held against the version of a thing."""
    version_after: int | None = None
    """To be named when the thing is written again, where the answer tells another."""
    events: list[Event] = field(default_factory=list[Event])
    subjects: list[str] = field(default_factory=list[str])
    effect: list[str] | None = None
    """Of an event that was heard: the rows it wrote, by table and key (`common.messaging.effects`)."""
    answer: Answer | None = None
    status: int | None = None
    """Of the answer, where it is not the route's own: a refusal that is itself kept."""

    @property
    def today(self) -> date:
        """The business date in London."""
        return london_date(self.now)

    def envelope(self) -> Envelope:
        """What every event of this transaction begins with: an id of its own, the programme, business time, cause."""
        return Envelope(event_id=new_id(), programme_id=self.programme_id, occurred_at=self.now, caused_by=self.cause)

    def minted(self, own_id: UUID | None) -> UUID:
        """The id of something new: ours, or made of the asker's own and of who they are.

        So it never meets another organisation's: an id somebody else has is answered as one that nobody has (X-8). The
        same of the same organisation is the same again, and then it is taken.
        """
        name = f"{self.programme_id}/{self.actor.organisation}/{own_id}"
        return new_id() if own_id is None else uuid5(NAMESPACE_URL, name)

    def announce(self, event: Event) -> None:
        """Announce an event with this transaction; it is published only if, and after, this commits."""
        self.events.append(event)

    def touched(self, *subjects: str) -> None:
        """Name what this transaction changed or read (`claim/<id>`, `participant/<id>`), for the audit row."""
        self.subjects = list(dict.fromkeys((*self.subjects, *subjects)))

    def answered(self, answer: A, status: int | None = None) -> A:
        """Keep what a write answers, so that the same request sent again gets the same answer."""
        self.answer, self.status = answer, status
        return answer

    def expect_version(self, version: int) -> None:
        """Refuse to change what the asker has not seen.

        Raises:
            StaleVersion: the asker sent `If-Match` with other versions.
        """
        self.version_is_expected = True
        if self.expected_versions is not None and version not in self.expected_versions:
            raise StaleVersion(f"It is at version {version} now; read it again before changing it.")


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


async def keep_record(transactions: Iterable[Transaction]) -> None:
    """Write an audit row for each transaction that changed or read something, and all that they announce.

    One statement, the last before commit; they share a session.

    Raises:
        EventTooLarge: an event's body exceeds 64 KiB.
    """
    actions = [tx for tx in transactions if tx.subjects or tx.events]
    if not actions:
        return
    if events := [event for tx in actions for event in tx.events]:
        await actions[0].session.execute(KEEP, audit_rows(actions) | outbox_rows(events))
    else:
        await actions[0].session.execute(KEEP_READ, audit_rows(actions))


async def keep_part(tx: Transaction, key: Mapping[str, Any]) -> None:
    """Keep the record of one of several things done in one transaction of the database, but for what it announces.

    That is said last, for all of them together (`common.streams.outbox.announce`), so that writers of several streams
    cannot deadlock.

    Raises:
        EventTooLarge: an event's body exceeds 64 KiB.
    """
    outbox_rows(tx.events)
    await tx.session.execute(KEEP_PART, {**audit_rows([tx]), **key_rows([key])})


def audit_rows(transactions: Iterable[Transaction]) -> dict[str, str]:
    """What was done as `AUDITED` takes it."""
    return {"changes": json.dumps([_audit_row(tx) for tx in transactions])}


def key_rows(keys: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Idempotency keys with what they answer, as `REMEMBERED` takes them."""
    return {"keys": json.dumps(keys)}


def _audit_row(tx: Transaction) -> dict[str, Any]:
    return {
        "programme_id": tx.programme_id,
        "actor": tx.actor.id,
        "organisation": tx.actor.organisation,
        "action": tx.action,
        "subjects": tx.subjects or sorted({event.subject for event in tx.events}),
        "cause": str(tx.cause) if tx.cause else None,
        "business_at": tx.now.isoformat(),
        "effect": tx.effect,
    }
