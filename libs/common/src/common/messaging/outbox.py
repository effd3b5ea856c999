"""Announce inside the transaction: one statement, the last before commit.

Streams are counted on in sorted order, so that writers of several streams cannot deadlock, and a stream's sequence has
no holes: the row lock is held until commit, under READ COMMITTED. Under the same lock each event is bound to the one
before it (`chain`); most transactions say one thing about a subject, which takes no call of a function.
"""

import json
from collections.abc import Sequence
from typing import Any

from opentelemetry import propagate
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event

ANNOUNCED = """
incoming as (
    select *, leaf(topic, subject, event_id, type, schema_version, programme_id, sha256(convert_to(body, 'UTF8')))
    from jsonb_to_recordset(cast(:events as jsonb)) as event (
        ord integer, event_id uuid, topic text, subject text, type text, schema_version integer, programme_id text,
        provider_id text, headers jsonb, body text, occurred_at timestamptz)
), counted as (
    select topic, subject, min(programme_id) as programme_id, count(*) as events, array_agg(leaf order by ord) as leaves
    from incoming group by topic, subject
), heads as (
    insert into stream (topic, subject, programme_id, last_sequence, hash)
    select topic, subject, programme_id, events,
           case events when 1 then leaves[1] else (chain(null, leaves))[events] end
    from counted order by topic, subject
    on conflict (topic, subject) do update set
        last_sequence = stream.last_sequence + excluded.last_sequence,
        hash = case excluded.last_sequence when 1 then chained(stream.hash, excluded.hash) else (
            select (chain(stream.hash, leaves))[events] from counted
            where (counted.topic, counted.subject) = (excluded.topic, excluded.subject)) end
    returning topic, subject, last_sequence, hash, old.hash as hash_before
), placed as (
    select topic, subject, last_sequence - events as before,
           case events when 1 then array[hash] else chain(hash_before, leaves) end as hashes
    from counted join heads using (topic, subject)
), written as (
    insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers,
                        body, occurred_at, hash)
    select event_id, topic, subject, before + place, type, schema_version, programme_id, provider_id, headers, body,
           occurred_at, hashes[place]
    from (select *, row_number() over (partition by topic, subject order by ord) as place from incoming) as incoming
    join placed using (topic, subject)
    order by ord
    returning position
), announced as (
    insert into pending (position) select position from written
)
"""
"""Parts of a statement that may write more beside."""
ANNOUNCE = text(f"with {ANNOUNCED} select")

MOST_BYTES = 64 * 1024


class EventTooLarge(Exception):
    """An event's body is larger than 64 KiB; it is refused before anything is written."""


async def announce(session: AsyncSession, events: Sequence[Event]) -> None:
    """Write events beside the change they announce; all commit or none does.

    A public event gets a second row on `public.<topic>`, with its own sequence and the same event id.

    Raises:
        EventTooLarge: a body exceeds 64 KiB.
    """
    if events:
        await session.execute(ANNOUNCE, {"events": json.dumps(outbox_rows(events))})


def outbox_rows(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events as `ANNOUNCED` takes them.

    Raises:
        EventTooLarge: a body exceeds 64 KiB.
    """
    trace: dict[str, str] = {}
    propagate.inject(trace)
    rows: list[dict[str, Any]] = []
    for event in events:
        body = event.model_dump_json()
        if len(body.encode()) > MOST_BYTES:
            raise EventTooLarge(f"{event.type} about {event.subject} is larger than {MOST_BYTES} bytes.")
        for topic in (event.topic, f"public.{event.topic}") if event.public else (event.topic,):
            rows.append(
                {
                    "ord": len(rows),
                    "event_id": str(event.event_id),
                    "topic": topic,
                    "subject": event.subject,
                    "type": event.type,
                    "schema_version": event.schema_version,
                    "programme_id": event.programme_id,
                    "provider_id": event.provider,
                    "headers": trace,
                    "body": body,
                    "occurred_at": event.occurred_at.isoformat(),
                }
            )
    return rows
