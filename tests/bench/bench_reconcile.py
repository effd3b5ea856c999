"""Reconcile: every stream of one edge through pages, compared exactly, with losses planted and all of them found.

Read with the statements of the feed's doors but without HTTP; the floor is one statement that joins both ends, which
no two services could run, as their databases are not one. `STREAMS=1000000 make bench` compares a million.
"""

import os
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import TextClause

from common.database import Sessions
from common.web.feed import INBOX, STREAMS
from console.reconciling import AnnouncedStream, EdgeTally, HeardStream, reconcile
from tests.bench.ground import Ground, Place, place
from tests.bench.measuring import Comparison, Stopwatch, take_turns

COUNT = int(os.environ.get("STREAMS", "20000"))
MANY = 200_000
"""From here on one round and no warming up: it would take minutes."""
PAGE = 200
TOPIC = "referrals"
LOST_TAILS, LOST_WHOLE = 18, 6
LOST = LOST_TAILS + LOST_WHOLE
ANNOUNCED_AT = datetime(2019, 9, 2, 9, tzinfo=UTC)
LATER = ANNOUNCED_AT + timedelta(hours=1)
PLANT = """
insert into stream (topic, subject, programme_id, last_sequence)
select 'referrals', 'participant/' || uuidv7(), 'kbop', 1 + n % 3 from generate_series(1, $1::integer) as n
"""
SAY = """
insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, headers, body, occurred_at,
                    announced_at)
select uuidv7(), topic, subject, sequence, 'DropInRecorded', 1, programme_id, '{}', '{}', $1, $1
from stream cross join generate_series(1, last_sequence) as sequence
"""
HEAR = """
insert into inbox (topic, subject, programme_id, last_sequence, last_event, heard_sequence)
select topic, subject, s.programme_id, s.last_sequence, o.event_id, s.last_sequence
from stream s join outbox o using (topic, subject) where o.sequence = s.last_sequence
"""
LOSE_TAILS = """
update inbox set last_sequence = inbox.last_sequence - 1, heard_sequence = inbox.last_sequence - 1,
                 last_event = o.event_id
from outbox o where (o.topic, o.subject, o.sequence) = (inbox.topic, inbox.subject, inbox.last_sequence - 1)
and inbox.subject in (select subject from inbox where last_sequence > 1 order by md5(subject) limit $1)
"""
LOSE_WHOLE = """
delete from inbox where subject in (
    select subject from stream where last_sequence = 1 order by md5(subject) limit $1)
"""
AT_ONCE = """
select count(*), sum(s.last_sequence), sum(coalesce(i.last_sequence, 0)),
       sum(s.last_sequence - coalesce(i.last_sequence, 0)),
       count(*) filter (where i.last_sequence = s.last_sequence and i.last_event <> o.event_id)
from stream s join outbox o on (o.topic, o.subject, o.sequence) = (s.topic, s.subject, s.last_sequence)
left join inbox i on (i.topic, i.subject) = (s.topic, s.subject)
"""


async def measure(ground: Ground) -> list[Comparison]:
    with ground.databases.clone("referral-hub") as database:
        async with place(database) as here:
            published = await _plant(here)
            expected = EdgeTally(streams=COUNT, published=published, applied=published - LOST, missing=LOST)
            laps = {"pages": partial(paged, here, expected), "at once": partial(at_once, here, expected)}
            taken = await (take_turns(laps) if COUNT < MANY else take_turns(laps, rounds=1, warm=False))
    what = f"reconcile, {COUNT:,} streams, {LOST} losses found" + ("" if COUNT < MANY else ", one round only")
    return [Comparison(what, "both ends joined by one statement", COUNT, "streams", taken["pages"], taken["at once"])]


async def paged(here: Place, expected: EdgeTally) -> float:
    with Stopwatch() as watch:
        heard = [
            HeardStream(
                row["subject"],
                row["last_sequence"],
                row["last_event"] and str(row["last_event"]),
                row["heard_sequence"],
                row["skipped"],
                row["baseline"],
                row["state"],
            )
            async for row in _pages(here.sessions, INBOX, state=None)
        ]
        announced = [
            AnnouncedStream(row["subject"], row["last_sequence"], str(row["event_id"]), row["announced_at"])
            async for row in _pages(here.sessions, STREAMS)
        ]
        found = reconcile(announced, heard, LATER)
    assert found == expected
    return watch.seconds


async def at_once(here: Place, expected: EdgeTally) -> float:
    with Stopwatch() as watch:
        found = await here.bare.fetchrow(AT_ONCE)
    assert tuple(found) == (expected.streams, expected.published, expected.applied, expected.missing, 0)
    return watch.seconds


async def _pages(sessions: Sessions, statement: TextClause, **values: Any) -> AsyncGenerator[Any]:
    """Page by page, each in a transaction of its own, as a request has it."""
    after = ""
    while True:
        async with sessions.begin() as session:
            asked = {"topic": TOPIC, "after": after, "limit": PAGE} | values
            page = (await session.execute(statement, asked)).mappings().all()
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        after = page[-1]["subject"]


async def _plant(here: Place) -> int:
    """Announce, hear, lose; how many events were announced."""
    await here.bare.execute(PLANT, COUNT)
    await here.bare.execute(SAY, ANNOUNCED_AT, timeout=600)
    await here.bare.execute(HEAR, timeout=600)
    await here.bare.execute(LOSE_TAILS, LOST_TAILS)
    await here.bare.execute(LOSE_WHOLE, LOST_WHOLE)
    await here.bare.execute("vacuum analyze stream, outbox, inbox")
    return await here.bare.fetchval("select sum(last_sequence)::bigint from stream")
