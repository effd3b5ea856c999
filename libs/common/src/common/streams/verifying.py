"""Whether what was announced stands as it was announced: each stream's running hash is made again (ADR 0022)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Sessions, rows
from common.database.repeating import repeat

from .chain import Fault, Link, fault

log = structlog.get_logger()

LINKS = text("""
select s.topic, s.subject, s.last_sequence, encode(s.hash, 'hex') as last_hash,
       o.sequence, o.leaf, encode(o.hash, 'hex') as hash
from (
    select * from stream where (topic, subject) > (:topic, :subject) order by topic, subject limit :limit) as s
left join lateral (
    select sequence, hash, leaf(topic, subject, event_id, type, schema_version, programme_id,
                                coalesce(case when body = '{}' then body_sha256 end, sha256(convert_to(body, 'UTF8'))))
    from outbox where (outbox.topic, outbox.subject) = (s.topic, s.subject)) as o on true
order by s.topic, s.subject, o.sequence
""")
DUE = text("""
select verified_at is null or verified_at < clock_timestamp() - make_interval(secs => :every) from relay
""")
VERIFIED = text("update relay set verified_at = clock_timestamp(), faults = :faults")
A_PAGE = 200

Place = tuple[str, str]
"""Topic and subject."""
START: Place = ("", "")


@dataclass(frozen=True, slots=True)
class FallenStream:
    """A stream that is not as it was announced: the first place where it shows, and how."""

    topic: str
    subject: str
    sequence: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a page of streams; `following` is where the next page begins, if there is one."""

    fallen: Sequence[FallenStream]
    streams: int
    events: int
    following: Place | None


async def look(session: AsyncSession, after: Place = START, limit: int = A_PAGE) -> Look:
    """Make the running hashes of a page of streams again from what their events say now."""
    topic, subject = after
    items = rows(await session.execute(LINKS, {"topic": topic, "subject": subject, "limit": limit}))
    streams = [(place, list(links)) for place, links in groupby(items, lambda row: (row["topic"], row["subject"]))]
    fallen = [FallenStream(*place, *at) for place, links in streams if (at := _fault(links))]
    events = sum(row["sequence"] is not None for row in items)
    return Look(fallen, len(streams), events, streams[-1][0] if len(streams) == limit else None)


def _fault(items: Sequence[dict[str, Any]]) -> tuple[int, Fault] | None:
    links = [Link(row["sequence"], row["leaf"], row["hash"]) for row in items if row["sequence"] is not None]
    return fault(links, items[0]["last_sequence"], items[0]["last_hash"])


async def verify(sessions: Sessions, pause: float = 0) -> int:
    """Look at every stream, a page a transaction, and keep how many are not as announced; returns that."""
    faults, after = 0, START
    while True:
        async with sessions.begin() as session:
            page = await look(session, after)
        for one in page.fallen:
            log.error("record.not_as_announced", topic=one.topic, subject=one.subject, sequence=one.sequence,
                      fault=one.fault)  # fmt: skip
        faults += len(page.fallen)
        if page.following is None:
            break
        after = page.following
        await asyncio.sleep(pause)
    async with sessions.begin() as session:
        await session.execute(VERIFIED, {"faults": faults})
    return faults


async def verify_forever(sessions: Sessions, every_seconds: float = 86_400, pause: float = 0.2) -> None:
    """Once a day, slowly, until cancelled: `outcomes_record_faults` tells what was found."""

    async def verify_if_due() -> None:
        async with sessions.begin() as session:
            due = (await session.execute(DUE, {"every": every_seconds})).scalar_one()
        if due:
            await verify(sessions, pause)

    await repeat(verify_if_due, "record.verifying_waits", 60)
