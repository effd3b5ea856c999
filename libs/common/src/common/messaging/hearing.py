"""Hear twice, act once, lose nothing.

A batch is one transaction: the inbox rows of its streams are locked, what is next in each stream is applied, and the
inbox moves with the effect. If a batch fails it is halved by stream until the culprit stands alone; that stream steps
aside with its next try, and the others never wait. No event is stored here: the announcer's feed is the buffer.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

import httpx
import structlog
from opentelemetry import propagate, trace
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import EVERY_EVENT, Event
from common.database import Sessions, rows
from common.streams.chain import chained
from common.streams.records import Record, UnreadableEvent
from common.transaction import Actor, Transaction, keep_record

from .effects import written
from .feeds import Feeds

log = structlog.get_logger()
tracer = trace.get_tracer("common.messaging")

E = TypeVar("E", bound=Event)
Stream = tuple[str, str]
"""Topic and subject."""

PAUSES = (1, 5, 30, 120)
"""Seconds before the second, third, fourth and fifth try of a failing event; then its stream is parked."""
TRANSIENT = ("40", "53", "57", "58", "55P03", "25006")
"""How PostgreSQL's code begins for what no event is to blame for, and is never counted as a try: serialisation and
deadlock; disk, memory or connections used up; shutdown and statement timeout; a broken disk; a lock not had in time; a
server that may only be read."""

LOCK = text("""
insert into inbox (topic, subject, programme_id, heard_sequence)
select topic, subject, programme, heard from json_to_recordset(cast(:streams as json))
    as stream (topic text, subject text, programme text, heard bigint) order by topic, subject
on conflict (topic, subject) do update set heard_sequence = greatest(inbox.heard_sequence, excluded.heard_sequence)
returning topic, subject, last_sequence, last_event, state,
          case when hash_sequence = last_sequence then encode(hash, 'hex') end as hash
""")
ADVANCE = text("""
update inbox set last_sequence = moved.sequence, last_event = moved.event_id, state = 'open', attempts = 0,
                 retry_at = null, error_code = null, programme_id = moved.programme,
                 hash = decode(moved.hash, 'hex'), hash_sequence = case when moved.hash is not null then sequence end
from json_to_recordset(cast(:moved as json))
    as moved (topic text, subject text, programme text, sequence bigint, event_id uuid, hash text)
where inbox.topic = moved.topic and inbox.subject = moved.subject
""")
STEP_ASIDE = text("""
insert into inbox (topic, subject, programme_id, heard_sequence, state, attempts, retry_at, error_code)
values (:topic, :subject, :programme, :heard, 'retrying', 1,
        clock_timestamp() + make_interval(secs => :first_pause), :code)
on conflict (topic, subject) do update set
    heard_sequence = greatest(inbox.heard_sequence, excluded.heard_sequence), attempts = inbox.attempts + 1,
    error_code = excluded.error_code,
    state = case when inbox.attempts >= cardinality(cast(:pauses as integer[])) then 'parked' else 'retrying' end,
    retry_at = clock_timestamp()
        + make_interval(secs => coalesce((cast(:pauses as integer[]))[inbox.attempts + 1], 0))
where inbox.state in ('open', 'retrying')
returning state, attempts
""")
STAND_STILL = text("""
update inbox set state = case code when 'forged' then 'parked' else 'forked' end, error_code = code
from json_to_recordset(cast(:streams as json)) as stream (topic text, subject text, last_sequence bigint, code text)
where inbox.topic = stream.topic and inbox.subject = stream.subject and inbox.last_sequence = stream.last_sequence
""")
HEARD_BEFORE = """
select cast(cause as uuid) as event_id from audit where cause = any(cast(:events as text[]))
union all
select event_id from inbox_skipped
where topic = any(:topics) and subject = any(:subjects) and event_id = any(cast(:events as uuid[]))
"""
"""What stands of these events though the inbox may not know it: its row was lost, or set back."""
NOTED_BEFORE = """
union all
select event_id from {table}
where programme_id = any(:programmes) and event_id = any(cast(:events as uuid[]))
"""
DUE = text("""
update inbox set tried_at = clock_timestamp() where (topic, subject) in (
    select topic, subject from inbox
    where topic = :topic and heard_sequence > last_sequence
      and (state = 'open' or (state = 'retrying' and retry_at <= clock_timestamp()))
    order by tried_at nulls first, subject limit :most for update skip locked)
returning subject, last_sequence
""")
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
HEARD_OF = text("""
insert into inbox (topic, subject, programme_id, heard_sequence)
select :topic, subject, min(programme), max(sequence) from json_to_recordset(cast(:heads as json))
    as head (subject text, programme text, sequence bigint) group by subject order by subject
on conflict (topic, subject) do update set heard_sequence = greatest(inbox.heard_sequence, excluded.heard_sequence)
where excluded.heard_sequence > inbox.heard_sequence
""")
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


@dataclass(frozen=True, slots=True)
class Reaction(Generic[E]):
    """What a service does about one kind of event: a line in its `REACTIONS` table."""

    event: type[E]
    react: Callable[[Transaction, E], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Projection(Generic[E]):
    """What a service keeps of every event of a kind, a batch at once: another line in its `REACTIONS` table.

    For read models only: what it keeps of one event must not depend on what it kept of another (it commutes), and it
    announces nothing.
    """

    event: type[E]
    """Or what several kinds have in common."""
    project: Callable[[AsyncSession, Sequence[E]], Awaitable[None]]
    noted_in: str | None = None
    """A table where it keeps each event it heard, by `programme_id` and `event_id`: what is noted there was applied,
    and the audit need not say so too."""


Reactions = Sequence[Reaction[Any] | Projection[Any]]
"""A service's `REACTIONS` table."""


def heard_by(reactions: Reactions) -> list[type[Event]]:
    """Every contract that these listen to."""
    listening = tuple(reaction.event for reaction in reactions)
    return [contract for contract in EVERY_EVENT.values() if issubclass(contract, listening)]


def reacted_to_by(reactions: Reactions) -> set[type[Event]]:
    """The contracts about which these do something of their own, and do not only keep what many have in common."""
    return {reaction.event for reaction in reactions if isinstance(reaction, Reaction)}


class Inlet(Protocol):
    """Where records come from; offsets move only when told."""

    async def read(self) -> list[Record]:
        """The next records, as many as have come; none when nothing came in time."""
        ...

    async def commit(self) -> None:
        """Say that all that was read need not come again."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What the inbox remembers of one stream."""

    last_sequence: int
    last_event: Any
    state: str
    hash: str | None
    """After the last event; none where whoever applied it knew none."""

    @property
    def bound(self) -> bool:
        """Whether it is known what the next event must be bound to."""
        return self.hash is not None or self.last_sequence == 0


@dataclass(frozen=True, slots=True)
class Following:
    """What continues a stream, and how what comes after it contradicts what was applied."""

    records: Sequence[Record] = ()
    contradicted: Literal["forged", "forked"] | None = None


class Hearer:
    """One service's ears: applies records once and in order, and fetches what never came."""

    def __init__(
        self,
        service: str,
        sessions: Sessions,
        reactions: Reactions,
        feeds: Feeds | None = None,
        pauses: Sequence[int] = PAUSES,
    ) -> None:
        self._service = service
        self._sessions = sessions
        self._reactions = {one.event.__name__: one for one in reactions if isinstance(one, Reaction)}
        self._projections = [one for one in reactions if isinstance(one, Projection)]
        self._noted_in = next((one.noted_in for one in self._projections if one.noted_in), None)
        noted_before = NOTED_BEFORE.format(table=self._noted_in) if self._noted_in else ""
        self._heard_before = text(HEARD_BEFORE + noted_before)
        self._feeds = feeds
        self._pauses = list(pauses)
        self.topics = sorted({contract.topic for contract in heard_by(reactions)})

    async def hear(self, records: Sequence[Record], *, fetched: bool = False) -> None:
        """Apply records: each once, in its stream's order, effect and inbox in one transaction.

        `fetched` are those the announcer's feed gave: also streams that stepped aside go on with them. A failing stream
        steps aside; the rest commit. A message that is not bound to what was applied parks its stream as `forged`: its
        announcer never said it there. Where the announcer's own feed says so, the stream is forked.

        Raises:
            DBAPIError: the database is away or asks to try again; nothing was applied, hear the same records again.
        """
        streams = _by_stream(records)
        if not streams:
            return
        try:
            await self._apply(streams, fetched)
        except Exception as error:
            if _is_transient(error):
                raise
            if len(streams) == 1:
                await self._isolate(records, error, fetched)
            else:
                for half in _halves(streams):
                    await self.hear(half, fetched=fetched)

    async def _isolate(self, records: Sequence[Record], error: Exception, fetched: bool) -> None:
        [((topic, subject), ordered)] = _by_stream(records).items()
        if len(ordered) > 1:
            for record in ordered:
                await self.hear([record], fetched=fetched)
            return
        code = error.code if isinstance(error, UnreadableEvent) else type(error).__name__
        async with self._sessions.begin() as session:
            outcome = await session.execute(
                STEP_ASIDE,
                {
                    "topic": topic,
                    "subject": subject,
                    "programme": ordered[-1].programme_id,
                    "heard": ordered[-1].sequence,
                    "first_pause": self._pauses[0],
                    "pauses": self._pauses,
                    "code": code,
                },
            )
            aside = outcome.one_or_none()
        log.warning("hearing.failed", topic=topic, subject=subject, type=ordered[-1].type, code=code,
                    state=aside.state if aside else None, exc_info=not isinstance(error, UnreadableEvent))  # fmt: skip

    async def _apply(self, streams: Mapping[Stream, list[Record]], fetched: bool) -> None:
        async with self._sessions.begin() as session:
            inbox = await self._lock(session, streams)
            told: list[Record] = []
            moved: list[dict[str, Any]] = []
            still: list[dict[str, Any]] = []
            for (topic, subject), records in streams.items():
                following = _following(records, inbox[topic, subject], fetched=fetched)
                told += (record for record in following.records if not record.redacted)
                if following.records:
                    last = following.records[-1]
                    moved.append({"topic": topic, "subject": subject, "programme": last.programme_id,
                                  "sequence": last.sequence, "event_id": last.event_id,
                                  "hash": last.hash})  # fmt: skip
                if following.contradicted:
                    end = following.records[-1].sequence if following.records else inbox[topic, subject].last_sequence
                    still.append({"topic": topic, "subject": subject, "last_sequence": end,
                                  "code": following.contradicted})  # fmt: skip
            if moved:
                events: list[Event] = []
                done: list[Transaction] = []
                for record in await self._without_those_heard_before(session, told):
                    events.append(event := record.event())
                    if reaction := self._reactions.get(record.type):
                        done.append(await self._react(session, reaction, record, event))
                await session.flush()
                await self._project(session, events)
                await session.execute(ADVANCE, {"moved": to_json(moved).decode()})
                await keep_record(done)
            if still:
                await session.execute(STAND_STILL, {"streams": to_json(still).decode()})
                for stream in still:
                    log.error("hearing.contradicted", **stream)

    async def _lock(self, session: AsyncSession, streams: Mapping[Stream, list[Record]]) -> dict[Stream, Seen]:
        asked = [
            {
                "topic": topic,
                "subject": subject,
                "programme": records[-1].programme_id,
                "heard": records[-1].sequence,
            }
            for (topic, subject), records in streams.items()
        ]
        rows = await session.execute(LOCK, {"streams": to_json(asked).decode()})
        return {(row.topic, row.subject): Seen(row.last_sequence, row.last_event, row.state, row.hash) for row in rows}

    async def _without_those_heard_before(self, session: AsyncSession, records: Sequence[Record]) -> list[Record]:
        """What is to be applied of records in their streams' order: what their inbox knows not to be, and that is not.

        An inbox's row may be lost or set back, but each event that was applied is named in the audit (or noted), and
        all that came before it in its stream was heard before it.
        """
        if not records:
            return []
        parameters = {
            "events": [str(record.event_id) for record in records],
            "topics": sorted({record.topic for record in records}),
            "subjects": sorted({record.subject for record in records}),
            **({"programmes": sorted({record.programme_id for record in records})} if self._noted_in else {}),
        }
        before = set((await session.scalars(self._heard_before, parameters)).all())
        heard_to = {(one.topic, one.subject): one.sequence for one in records if one.event_id in before}
        return [one for one in records if one.sequence > heard_to.get((one.topic, one.subject), 0)]

    async def _react(self, session: AsyncSession, reaction: Reaction[Any], record: Record, event: Event) -> Transaction:
        tx = Transaction(
            session=session,
            actor=Actor(id=f"{self._service}-worker", organisation=self._service),
            programme_id=event.programme_id,
            now=event.occurred_at,
            action=f"heard {record.type}",
            cause=event.event_id,
        )
        with tracer.start_as_current_span(f"hear {record.type}", context=propagate.extract(record.headers)):
            if self._noted_in is not None:
                await reaction.react(tx, event)
                return tx
            with written(session) as names:
                await reaction.react(tx, event)
                await session.flush()
        also = tx.subjects or sorted({announced.subject for announced in tx.events})
        tx.subjects = list(dict.fromkeys((event.subject, *also)))
        tx.effect = sorted(names)
        return tx

    async def _project(self, session: AsyncSession, events: Sequence[Event]) -> None:
        for projection in self._projections:
            if told := [event for event in events if isinstance(event, projection.event)]:
                await projection.project(session, told)

    async def heal(self, most: int = 200) -> int:
        """Fetch and apply what streams are known to lack, and retry what is due; returns how many streams it tried.

        Raises:
            httpx.HTTPError: an announcer's feed did not answer; the others were asked, nothing is lost, call again.
        """
        tried = 0
        away: Exception | None = None
        for topic in self.topics:
            try:
                tried += await self._heal(topic, most)
            except (httpx.HTTPError, TimeoutError) as error:
                away = error
        if away is not None:
            raise away
        return tried

    async def _heal(self, topic: str, most: int = 200) -> int:
        if self._feeds is None:
            return 0
        async with self._sessions.begin() as session:
            due = rows(await session.execute(DUE, {"topic": topic, "most": most}))
        if not due:
            return 0
        found = await self._feeds.missing(topic, {row["subject"]: row["last_sequence"] + 1 for row in due})
        await self.hear(found.records, fetched=True)
        if not found.more:
            came = {record.subject for record in found.records}
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
        if self._feeds is None:
            return 0
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
        parameters = {"topic": topic, "heads": to_json([asdict(head) for head in heads]).decode()}
        last = heads[-1] if heads else None
        at, event = (last.seq, last.event_id) if last else (at, event)
        async with self._sessions.begin() as session:
            found: Any = await session.execute(HEARD_OF, parameters)
            await session.execute(MARK_FORKS, parameters)
            parameters = {"topic": topic, "epoch": page.epoch, "seq": at, "event": event, "was": was}
            await session.execute(SET_MARK, parameters)
        if found.rowcount:
            log.info("hearing.missed", topic=topic, streams=found.rowcount)
        return len(heads)

    async def compare(self, topic: str, most: int = 500) -> int:
        """Ask the announcer for the event that each stream applied last; what it has no more, or has otherwise, is
        forked and stands still. Returns how many were forked now.

        Raises:
            httpx.HTTPError: the announcer's feed did not answer; compare again.
        """
        if self._feeds is None:
            return 0
        forked, after = 0, ""
        while True:
            async with self._sessions.begin() as session:
                parameters = {"topic": topic, "after": after, "most": most}
                places = (await session.execute(PLACES, parameters)).all()
            if not places:
                return forked
            told = await self._feeds.places(topic, {row.subject: row.last_sequence for row in places})
            still = [
                {"topic": topic, "subject": row.subject, "last_sequence": row.last_sequence, "code": code}
                for row in places
                if (code := _contradiction(row, told.get(row.subject)))
            ]
            if still:
                async with self._sessions.begin() as session:
                    await session.execute(STAND_STILL, {"streams": to_json(still).decode()})
                for stream in still:
                    log.error("hearing.contradicted", **stream)
            forked, after = forked + len(still), places[-1].subject

    async def listen_forever(self, inlet: Inlet) -> None:
        """Read, apply, then commit offsets, until cancelled."""
        while True:
            records = await inlet.read()
            while records:
                try:
                    await self.hear(records)
                    break
                except Exception as error:
                    log.warning("hearing.waits", error=type(error).__name__)
                    await asyncio.sleep(0.5)
            if records:
                await inlet.commit()

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
            healed = 0
            try:
                if clock() >= next_sweep:
                    while await self.sweep(topic) >= PAGE - 1:
                        await self._heal(topic)
                    next_sweep = clock() + sweep_every
                healed = await self._heal(topic)
            except (httpx.HTTPError, DBAPIError, OSError, TimeoutError) as error:
                log.info("healing.waits", topic=topic, error=type(error).__name__)
            await asyncio.sleep(0 if healed >= 200 else pause)


def _by_stream(records: Sequence[Record]) -> dict[Stream, list[Record]]:
    streams: dict[Stream, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.topic, record.subject, record.sequence)):
        streams[record.topic, record.subject].append(record)
    return streams


def _halves(streams: Mapping[Stream, list[Record]]) -> list[list[Record]]:
    groups = list(streams.values())
    middle = len(groups) // 2
    return [[record for group in half for record in group] for half in (groups[:middle], groups[middle:])]


def _next_in_order(records: Sequence[Record], last: int) -> list[Record]:
    """What continues the stream without a gap; earlier ones are duplicates, later ones are fetched."""
    following: list[Record] = []
    for record in records:
        if record.sequence == last + 1:
            following.append(record)
            last += 1
    return following


def _following(records: Sequence[Record], seen: Seen, *, fetched: bool) -> Following:
    """What continues the stream and is bound to what was applied.

    Of a message without a hash, or with nothing in it, the announcer is asked: anybody can leave out what binds it.
    """
    if _forks(seen, records):
        return Following(contradicted="forked")
    if seen.state != "open" and not (fetched and seen.state == "retrying"):
        return Following()
    following: list[Record] = []
    before, bound = seen.hash, seen.bound
    for record in _next_in_order(records, seen.last_sequence):
        if not fetched and (record.redacted or (bound and record.hash is None)):
            break
        if bound and record.hash is not None and record.hash != chained(before, record.leaf):
            return Following(following, "forked" if fetched else "forged")
        following.append(record)
        before, bound = record.hash, record.hash is not None
    return Following(following)


def _forks(seen: Seen, records: Sequence[Record]) -> bool:
    """Another event stands at the place we applied last: the announcer was restored from an older backup."""
    return any(r.sequence == seen.last_sequence and r.event_id != seen.last_event for r in records if seen.last_event)


def _contradiction(place: Any, told: Record | None) -> str | None:
    """How an announcer contradicts the place a stream stands at, if it does."""
    if told is None or told.sequence != place.last_sequence:
        return "lost-by-announcer"
    agreed = place.hash is None or told.hash is None or told.hash == place.hash
    return None if told.event_id == place.last_event and agreed else "forked"


def _is_transient(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or str(getattr(error.orig, "sqlstate", None)).startswith(TRANSIENT)
    return isinstance(error, OSError | TimeoutError)
