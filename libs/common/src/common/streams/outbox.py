"""Announce inside the transaction: one statement, the last before commit.

Streams are counted on in sorted order, so that writers of several streams cannot deadlock, and a stream's sequence has
no holes: the row lock is held until commit, under READ COMMITTED. Under the same lock each event is bound to the one
before it (`chain`); most transactions say one thing about a subject, which takes no call of a function.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from opentelemetry import propagate
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event

from .chain import leaf
from .records import MOST_BYTES

ANNOUNCED = """
incoming as (
    select * from unnest(
        cast(:event_ids as uuid[]), cast(:topics as text[]), cast(:subjects as text[]), cast(:types as text[]),
        cast(:schema_versions as integer[]), cast(:programmes as text[]), cast(:providers as text[]),
        cast(:bodies as text[]), cast(:occurred as timestamptz[]), cast(:leaves as bytea[]),
        cast(:places as integer[]), cast(:lengths as integer[])
    ) with ordinality as event (event_id, topic, subject, type, schema_version, programme_id, provider_id, body,
                                occurred_at, leaf, place, length, ord)
), longer as materialized (
    select topic, subject, array_agg(leaf order by place) as leaves from incoming where length > 1
    group by topic, subject
), heads as (
    insert into stream (topic, subject, programme_id, last_sequence, hash)
    select topic, subject, programme_id, length, case length when 1 then leaf else (
        select (chain(null, leaves))[length] from longer
        where (longer.topic, longer.subject) = (incoming.topic, incoming.subject)) end
    from incoming where place = length order by topic, subject
    on conflict (topic, subject) do update set
        last_sequence = stream.last_sequence + excluded.last_sequence,
        hash = case when excluded.last_sequence = 1 or stream.hash is null then sha256(stream.hash || excluded.hash)
               else (
                   select (chain(stream.hash, leaves))[excluded.last_sequence] from longer
                   where (longer.topic, longer.subject) = (excluded.topic, excluded.subject)) end
    returning topic, subject, last_sequence, hash, old.hash as hash_before
), chains as materialized (
    select topic, subject, chain(hash_before, leaves) as hashes from heads join longer using (topic, subject)
    where hash is not null
), written as (
    insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers,
                        body, occurred_at, hash)
    select event_id, topic, subject, last_sequence - length + place, type, schema_version, incoming.programme_id,
           provider_id, cast(:trace as jsonb), body, occurred_at, case length when 1 then heads.hash else (
               select hashes[place] from chains
               where (chains.topic, chains.subject) = (incoming.topic, incoming.subject)) end
    from incoming join heads using (topic, subject)
    order by ord
    returning position
), announced as (
    insert into pending (position) select position from written
)
"""
"""Parts of a statement that may write more beside."""
ANNOUNCE = text(f"with {ANNOUNCED} select")
COLUMNS = ("event_ids", "topics", "subjects", "types", "schema_versions", "programmes", "providers", "bodies",
           "occurred", "leaves", "places")  # fmt: skip


class EventTooLarge(Exception):
    """An event's body is larger than 64 KiB; it is refused before anything is written."""


async def announce(session: AsyncSession, events: Sequence[Event]) -> None:
    """Write events beside the change they announce; all commit or none does.

    A public event gets a second row on `public.<topic>`, with its own sequence and the same event id.

    Raises:
        EventTooLarge: a body exceeds 64 KiB.
    """
    if events:
        await session.execute(ANNOUNCE, outbox_rows(events))


def outbox_rows(events: Sequence[Event]) -> dict[str, Any]:
    """Events as `ANNOUNCED` takes them: each by itself hashed, and with its place among those of its stream here.

    Raises:
        EventTooLarge: a body exceeds 64 KiB.
    """
    trace: dict[str, str] = {}
    propagate.inject(trace)
    rows: list[tuple[Any, ...]] = []
    lengths: dict[tuple[str, str], int] = {}
    for event in events:
        body = event.model_dump_json()
        body_bytes = body.encode()
        if len(body_bytes) > MOST_BYTES:
            raise EventTooLarge(f"{event.type} about {event.subject} is larger than {MOST_BYTES} bytes.")
        body_sha256 = sha256(body_bytes).digest()
        event_id, subject, programme_id = event.event_id, event.subject, event.programme_id
        for topic in (event.topic, f"public.{event.topic}") if event.public else (event.topic,):
            leaf_hash = leaf(topic, event, event.schema_version, body_sha256)
            place = lengths[topic, subject] = lengths.get((topic, subject), 0) + 1
            rows.append((event_id, topic, subject, event.type, event.schema_version, programme_id, event.provider, body,
                         event.occurred_at, leaf_hash, place))  # fmt: skip
    columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
    return {
        **dict(zip(COLUMNS, columns, strict=True)),
        "lengths": [lengths[topic, subject] for _, topic, subject, *_ in rows],
        "trace": to_json(trace).decode(),
    }
