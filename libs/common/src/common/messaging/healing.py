"""Fetch what never came: a hearer's gaps and lost tails are healed from the feeds of those who announced them."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import httpx
import structlog
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Sessions, glance, rows
from common.streams.records import Record

from .feeds import Feeds
from .hearing import PAUSES, Hearer
from .inbox import HEARD_OF, stand_still
from .reactions import Reactions

log = structlog.get_logger()

TO_HEAL = "waits and (state = 'open' or (state = 'retrying' and retry_at <= clock_timestamp()))"
ANY_DUE = f"select exists (select from inbox where topic = $1 and {TO_HEAL})"  # noqa: S608 - our own words
DUE = text(f"""
update inbox set tried_at = clock_timestamp() where (topic, subject) in (
    select topic, subject from inbox where topic = :topic and {TO_HEAL}
    order by tried_at nulls first, subject limit :most for update skip locked)
returning subject, last_sequence
""")  # noqa: S608 - our own words
"""What was tried longest ago comes first, so that what cannot be healed holds up nobody."""
NEVER_ANNOUNCED = text("""
update inbox set attempts = attempts + 1, error_code = 'never-announced',
    state = case when attempts >= cardinality(cast(:pauses as integer[])) then 'parked' else 'retrying' end,
    retry_at = clock_timestamp() + make_interval(secs => coalesce((cast(:pauses as integer[]))[attempts + 1], 0))
from json_to_recordset(cast(:streams as json)) as stream (subject text, last_sequence bigint)
where inbox.topic = :topic and inbox.subject = stream.subject and inbox.last_sequence = stream.last_sequence
  and state in ('open', 'retrying')
""")
PLACES = text("""
select subject, last_sequence, last_event, case when hash_sequence = last_sequence then encode(hash, 'hex') end as hash
from inbox where topic = :topic and subject > :after and last_event is not null and state <> 'forked'
order by subject limit :most
""")
MARK = text("select epoch, verified_seq, verified_event from edge where topic = :topic")
SET_MARK = text("""
insert into edge (topic, epoch, verified_seq, verified_event) values (:topic, :epoch, :seq, :event)
on conflict (topic) do update
set epoch = excluded.epoch, verified_seq = excluded.verified_seq, verified_event = excluded.verified_event
where edge.verified_seq = :was
""")
"""Unless somebody set it back meanwhile, to have the log walked again."""
MARK_FORKS = text("""
update inbox set state = 'forked', error_code = 'forked'
from json_to_recordset(cast(:heads as json)) as head (subject text, sequence bigint, event_id uuid, hash text)
where inbox.topic = :topic and inbox.subject = head.subject and inbox.last_sequence = head.sequence
  and (inbox.last_event is distinct from head.event_id
       or (inbox.hash_sequence = head.sequence and inbox.hash <> decode(head.hash, 'hex')))
  and inbox.state <> 'forked'
""")
PAGE = 1000
"""Entries of an announcer's log that one step of a sweep looks at."""


class Healer(Hearer):
    """A service's ears that also fetch what never came."""

    def __init__(
        self,
        service: str,
        sessions: Sessions,
        reactions: Reactions,
        feeds: Feeds,
        pauses: Sequence[int] = PAUSES,
    ) -> None:
        super().__init__(service, sessions, reactions, pauses)
        self._feeds = feeds

    async def heal(self, most: int = 200) -> int:
        """Fetch and apply what streams are known to lack, and retry what is due; returns how many streams it tried.

        Raises:
            httpx.HTTPError: an announcer's feed did not answer; the others were asked, nothing is lost, call again.
        """
        count = 0
        away: Exception | None = None
        for topic in self.topics:
            try:
                count += await self._heal(topic, most)
            except (httpx.HTTPError, TimeoutError) as error:
                away = error
        if away is not None:
            raise away
        return count

    async def _heal(self, topic: str, most: int = 200) -> int:
        async with self._sessions.begin() as session:
            due = rows(await session.execute(DUE, {"topic": topic, "most": most}))
        if not due:
            return 0
        page = await self._feeds.missing(topic, {row["subject"]: row["last_sequence"] + 1 for row in due})
        await self.hear(page.records, fetched=True)
        if not page.more:
            came = {record.subject for record in page.records}
            await self._set_aside(topic, [row for row in due if row["subject"] not in came])
        return len(due)

    async def _set_aside(self, topic: str, streams: Sequence[dict[str, Any]]) -> None:
        """A message told of events that their announcer does not have: it is asked again later, and less and less."""
        if streams:
            parameters = {"topic": topic, "streams": to_json(streams).decode(), "pauses": self._pauses}
            async with self._sessions.begin() as session:
                await session.execute(NEVER_ANNOUNCED, parameters)
            log.error("hearing.never_announced", topic=topic, subjects=[stream["subject"] for stream in streams[:5]])

    async def sweep(self, topic: str, older_than_seconds: float = 5) -> int:
        """Walk the announcer's log from this edge's own mark, so that a lost tail is noticed; returns entries walked.

        The entry at the mark is looked at again: where the log has another there, or none, it is not the log that was
        walked (the announcer was restored from a backup). Then every stream is compared, and the walk begins anew.

        Raises:
            httpx.HTTPError: the announcer's feed did not answer; the mark stays.
        """
        async with self._sessions.begin() as session:
            mark = (await session.execute(MARK, {"topic": topic})).one_or_none()
        at, event, epoch = (mark.verified_seq, mark.verified_event, str(mark.epoch)) if mark else (0, None, None)
        was = at
        page = await self._feeds.heads(topic, at - 1 if event else at, older_than_seconds, PAGE)
        heads = page.items
        if event and str(event) == page.first_event and epoch == page.epoch:
            heads = heads[1:]
        elif event or epoch not in (None, page.epoch):
            log.error("hearing.announcer_restored", topic=topic, epoch=page.epoch, verified=at)
            await self.compare(topic)
            at, event = 0, None
            page = await self._feeds.heads(topic, 0, older_than_seconds, PAGE)
            heads = page.items
        parameters = {"topic": topic, "heads": to_json([asdict(head) | {"topic": topic} for head in heads]).decode()}
        last = heads[-1] if heads else None
        at, event = (last.seq, last.event_id) if last else (at, event)
        async with self._sessions.begin() as session:
            result: Any = await session.execute(HEARD_OF, parameters)
            await session.execute(MARK_FORKS, parameters)
            mark_now = {"topic": topic, "epoch": page.epoch, "seq": at, "event": event, "was": was}
            await session.execute(SET_MARK, mark_now)
        if result.rowcount:
            log.info("hearing.missed", topic=topic, streams=result.rowcount)
        return len(heads)

    async def compare(self, topic: str, most: int = 500) -> int:
        """Ask the announcer for the event that each stream applied last; what it has no more, or has otherwise, is
        forked and stands still. Returns how many were forked now.

        Raises:
            httpx.HTTPError: the announcer's feed did not answer; compare again.
        """
        count, after = 0, ""
        while True:
            async with self._sessions.begin() as session:
                parameters = {"topic": topic, "after": after, "most": most}
                places = (await session.execute(PLACES, parameters)).all()
            if not places:
                return count
            answers = await self._feeds.places(topic, {row.subject: row.last_sequence for row in places})
            still = [
                {"topic": topic, "subject": row.subject, "last_sequence": row.last_sequence, "code": code}
                for row in places
                if (code := _contradiction(row, answers.get(row.subject)))
            ]
            if still:
                async with self._sessions.begin() as session:
                    await stand_still(session, still)
            count, after = count + len(still), places[-1].subject

    async def heal_forever(self, pause: float = 0.5, sweep_every: float = 10) -> None:
        """Sweep at start and every so often, heal in between, until cancelled; each topic by itself, so that an
        announcer that is away holds up nobody else's streams."""
        async with asyncio.TaskGroup() as edges:
            for topic in self.topics:
                edges.create_task(self._heal_edge(topic, pause, sweep_every))

    async def _heal_edge(self, topic: str, pause: float, sweep_every: float) -> None:
        clock = asyncio.get_running_loop().time
        next_sweep = clock()
        while True:
            count = 0
            try:
                if clock() >= next_sweep:
                    while await self.sweep(topic) >= PAGE - 1:
                        await self._heal(topic)
                    next_sweep = clock() + sweep_every
                if await glance(self._sessions, ANY_DUE, topic):
                    count = await self._heal(topic)
            except (httpx.HTTPError, DBAPIError, OSError, TimeoutError) as error:
                log.info("healing.waits", topic=topic, error=type(error).__name__)
            await asyncio.sleep(0 if count >= 200 else pause)


def _contradiction(place: Any, answer: Record | None) -> str | None:
    """How an announcer contradicts the place a stream stands at, if it does."""
    if answer is None or answer.sequence != place.last_sequence:
        return "lost-by-announcer"
    same_hash = place.hash is None or answer.hash is None or answer.hash == place.hash
    return None if answer.event_id == place.last_event and same_hash else "forked"
