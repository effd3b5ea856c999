"""Announce inside the transaction: one statement, the last before commit.

Streams are counted on in sorted order, so that writers of several streams cannot deadlock, and a stream's sequence has
no holes: the row lock is held until commit, under READ COMMITTED. Under the same lock each event is bound to the one
before it (`chain`); most transactions say one thing about a subject, which takes no call of a function.
"""

from collections import defaultdict
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
    select * from json_to_recordset(cast(:events as json)) as event (
        ord integer, event_id uuid, topic text, subject text, type text, schema_version integer, programme_id text,
        provider_id text, headers jsonb, body text, occurred_at timestamptz, leaf bytea, place integer, events integer,
        leaves bytea[])
), heads as (
    insert into stream (topic, subject, programme_id, last_sequence, hash)
    select topic, subject, programme_id, events, case events when 1 then leaf else (chain(null, leaves))[events] end
    from incoming where place = events order by topic, subject
    on conflict (topic, subject) do update set
        last_sequence = stream.last_sequence + excluded.last_sequence,
        hash = case excluded.last_sequence when 1 then sha256(stream.hash || excluded.hash) else (
            select (chain(stream.hash, leaves))[events] from incoming
            where (incoming.topic, incoming.subject, place) = (excluded.topic, excluded.subject, events)) end
    returning topic, subject, last_sequence, hash, old.hash as hash_before
), chains as materialized (
    select topic, subject, chain(hash_before, leaves) as hashes
    from heads join incoming using (topic, subject) where events > 1 and place = events
), written as (
    insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers,
                        body, occurred_at, hash)
    select event_id, topic, subject, last_sequence - events + place, type, schema_version, incoming.programme_id,
           provider_id, headers, body, occurred_at, case events when 1 then heads.hash else (
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


class EventTooLarge(Exception):
    """An event's body is larger than 64 KiB; it is refused before anything is written."""


async def announce(session: AsyncSession, events: Sequence[Event]) -> None:
    """Write events beside the change they announce; all commit or none does.

    A public event gets a second row on `public.<topic>`, with its own sequence and the same event id.

    Raises:
        EventTooLarge: a body exceeds 64 KiB.
    """
    if events:
        await session.execute(ANNOUNCE, {"events": outbox_rows(events)})


def outbox_rows(events: Sequence[Event]) -> str:
    """Events as `ANNOUNCED` takes them: each by itself hashed, and with its place among those of its stream here.

    Raises:
        EventTooLarge: a body exceeds 64 KiB.
    """
    trace: dict[str, str] = {}
    propagate.inject(trace)
    rows: list[dict[str, Any]] = []
    streams: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        body = event.model_dump_json()
        said = body.encode()
        if len(said) > MOST_BYTES:
            raise EventTooLarge(f"{event.type} about {event.subject} is larger than {MOST_BYTES} bytes.")
        body_sha256 = sha256(said).digest()
        event_id, subject, type, version = event.event_id, event.subject, event.type, event.schema_version
        for topic in (event.topic, f"public.{event.topic}") if event.public else (event.topic,):
            bound = leaf(topic, subject, event_id, type, version, event.programme_id, body_sha256)
            stream = streams[topic, subject]
            row: dict[str, Any] = {
                "ord": len(rows),
                "event_id": event_id,
                "topic": topic,
                "subject": subject,
                "type": type,
                "schema_version": version,
                "programme_id": event.programme_id,
                "provider_id": event.provider,
                "headers": trace,
                "body": body,
                "occurred_at": event.occurred_at,
                "leaf": f"\\x{bound.hex()}",
                "place": len(stream) + 1,
                "events": 1,
            }
            rows.append(row)
            stream.append(row)
    for stream in streams.values():
        if len(stream) > 1:
            for row in stream:
                row["events"] = len(stream)
            stream[-1]["leaves"] = [row["leaf"] for row in stream]
    return to_json(rows).decode()
