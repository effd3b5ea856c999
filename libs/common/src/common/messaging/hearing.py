"""Hear twice, act once, lose nothing.

A batch is one transaction: the inbox rows of its streams are locked, what is next in each stream is applied, and the
inbox moves with the effect. If a batch fails it is halved by stream until the culprit stands alone; that stream steps
aside with its next try, and the others never wait. No event is stored here: the announcer's feed is the buffer.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol
from uuid import UUID

import structlog
from opentelemetry import propagate, trace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event
from common.database import Sessions, added, write_by_table
from common.streams.records import Record, UnreadableEvent
from common.transaction import Actor, Transaction

from . import inbox
from .effects import names_of, written
from .inbox import Stream, by_stream, continuing, halves
from .reactions import Projection, Reaction, Reactions, heard_by

log = structlog.get_logger()
tracer = trace.get_tracer("common.messaging")

PAUSES = (1, 5, 30, 120)
"""Seconds before the second, third, fourth and fifth try of a failing event; then its stream is parked."""
TRANSIENT = ("40", "53", "57", "58", "55P03", "25006")
"""How PostgreSQL's code begins for what no event is to blame for, and is never counted as a try: serialisation and
deadlock; disk, memory or connections used up; shutdown and statement timeout; a broken disk; a lock not had in time; a
server that may only be read."""

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


class Inlet(Protocol):
    """Where records come from; offsets move only when told."""

    async def read(self) -> list[Record]:
        """The next records, as many as have come; none when nothing came in time."""
        ...

    async def commit(self) -> None:
        """Say that all that was read need not come again."""
        ...


@dataclass(frozen=True, slots=True)
class HeardEvent:
    """An event that is reacted to, and what is done about it."""

    reaction: Reaction[Any]
    record: Record
    event: Event
    tx: Transaction


class Hearer:
    """One service's ears: applies records once and in order."""

    def __init__(
        self,
        service: str,
        sessions: Sessions,
        reactions: Reactions,
        pauses: Sequence[int] = PAUSES,
    ) -> None:
        self._service = service
        self._sessions = sessions
        self._reactions = {one.event.__name__: one for one in reactions if isinstance(one, Reaction)}
        self._projections = [one for one in reactions if isinstance(one, Projection)]
        self._noted_in = next((one.noted_in for one in self._projections if one.noted_in), None)
        noted_before = NOTED_BEFORE.format(table=self._noted_in) if self._noted_in else ""
        self._heard_before = text(HEARD_BEFORE + noted_before)
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
        if not records:
            return
        try:
            await self._apply(by_stream(records), fetched=fetched, doubtful=False)
        except Exception as error:
            if _is_transient(error):
                raise
            await self._hear_in_doubt(records, fetched=fetched)

    async def _hear_in_doubt(self, records: Sequence[Record], *, fetched: bool) -> None:
        """Leave out what was heard before; if that fails too, halve by stream until the culprit stands alone."""
        streams = by_stream(records)
        try:
            await self._apply(streams, fetched=fetched, doubtful=True)
        except Exception as error:
            if _is_transient(error):
                raise
            if len(streams) == 1:
                await self._isolate(records, error, fetched)
            else:
                for half in halves(streams):
                    await self._hear_in_doubt(half, fetched=fetched)

    async def _isolate(self, records: Sequence[Record], error: Exception, fetched: bool) -> None:
        [((topic, subject), in_order)] = by_stream(records).items()
        if len(in_order) > 1:
            for record in in_order:
                await self._hear_in_doubt([record], fetched=fetched)
            return
        code = error.code if isinstance(error, UnreadableEvent) else type(error).__name__
        async with self._sessions.begin() as session:
            state = await inbox.step_aside(session, in_order[-1], code, self._pauses)
        log.warning("hearing.failed", topic=topic, subject=subject, type=in_order[-1].type, code=code,
                    state=state, exc_info=not isinstance(error, UnreadableEvent))  # fmt: skip

    async def _apply(self, streams: Mapping[Stream, list[Record]], *, fetched: bool, doubtful: bool) -> None:
        async with self._sessions.begin() as session:
            to_apply: list[Record] = []
            last: list[Record] = []
            heard_of: list[Record] = []
            still: list[dict[str, Any]] = []
            places = await inbox.lock(session, streams)
            for stream, records in streams.items():
                place = places[stream]
                following, contradiction = continuing(records, place, fetched=fetched)
                doubtful = doubtful or place.doubtful
                if following:
                    to_apply += following
                    last.append(following[-1])
                if records[-1].sequence > (following[-1].sequence if following else place.last_sequence):
                    heard_of.append(records[-1])
                if contradiction:
                    end = following[-1].sequence if following else place.last_sequence
                    topic, subject = stream
                    still.append({"topic": topic, "subject": subject, "last_sequence": end, "code": contradiction})
            if doubtful:
                to_apply = await self._without_those_heard_before(session, to_apply)
            if last:
                await inbox.move(session, last, await self._effects(session, to_apply))
            if heard_of:
                await inbox.note_heard_of(session, heard_of)
            if still:
                await inbox.stand_still(session, still)

    async def _effects(self, session: AsyncSession, records: Sequence[Record]) -> list[Transaction]:
        """Do what these events call for; what was done is yet to be kept."""
        events = [(record, record.event()) for record in records if not record.redacted]
        hearings = [
            HeardEvent(reaction, record, event, self._transaction(session, record, event))
            for record, event in events
            if (reaction := self._reactions.get(record.type))
        ]
        if len(hearings) > 1:  # one alone locks for itself
            await _hold(session, hearings)
        at_once = await self._react_at_once(session, hearings)
        for one in hearings:
            if one.event.event_id not in at_once:
                await self._react(session, one)
        if hearings:
            await session.flush()
        await self._project(session, [event for _, event in events])
        return [one.tx for one in hearings if one.tx.subjects or one.tx.events]

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

    def _transaction(self, session: AsyncSession, record: Record, event: Event) -> Transaction:
        return Transaction(
            session=session,
            actor=Actor(id=f"{self._service}-worker", organisation=self._service),
            programme_id=event.programme_id,
            now=event.occurred_at,
            action=f"heard {record.type}",
            cause=event.event_id,
        )

    async def _react_at_once(self, session: AsyncSession, hearings: Sequence[HeardEvent]) -> set[UUID]:
        """React to those that may be taken together; which of them those were. The others come after, in order."""
        groups: dict[tuple[str, str], list[HeardEvent]] = defaultdict(list)
        about = Counter(one.event.subject for one in hearings)
        for one in hearings:
            if one.reaction.at_once is not None and about[one.event.subject] == 1:
                groups[one.record.type, one.event.programme_id].append(one)
        rows: dict[UUID, list[object]] = {}
        for group in groups.values():
            if len(group) > 1:
                rows |= await _decided(session, group)
        if self._noted_in is None:
            for one in hearings:
                if one.event.event_id in rows:
                    _tell(one, names_of(rows[one.event.event_id]))
        return set(rows)

    async def _react(self, session: AsyncSession, one: HeardEvent) -> None:
        with _traced(one.record):
            if self._noted_in is not None:
                await one.reaction.react(one.tx, one.event)
                return
            with written(session) as names:
                await one.reaction.react(one.tx, one.event)
                await session.flush()
        _tell(one, names)

    async def _project(self, session: AsyncSession, events: Sequence[Event]) -> None:
        for projection in self._projections:
            if own_events := [event for event in events if isinstance(event, projection.event)]:
                await projection.project(session, own_events)

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


async def _hold(session: AsyncSession, hearings: Sequence[HeardEvent]) -> None:
    events: dict[Any, list[Event]] = defaultdict(list)
    for one in hearings:
        if one.reaction.hold is not None:
            events[one.reaction.hold].append(one.event)
    for hold, of_these in events.items():
        await hold(session, of_these)


async def _decided(session: AsyncSession, group: Sequence[HeardEvent]) -> dict[UUID, list[object]]:
    """What was written about each event of a group that was plain enough."""
    at_once: Any = group[0].reaction.at_once
    facts = await at_once.read(session, [one.event for one in group])
    rows: dict[UUID, list[object]] = {}
    for one in group:
        with _traced(one.record):
            if at_once.decide(one.tx, one.event, facts):
                rows[one.event.event_id] = added(session)
    await write_by_table(session, chain.from_iterable(rows.values()))
    return rows


def _tell(one: HeardEvent, names: Iterable[str]) -> None:
    """What the audit is to say: whom it was about, and which rows were written."""
    tx = one.tx
    also = tx.subjects or sorted({event.subject for event in tx.events})
    tx.subjects = list(dict.fromkeys((one.event.subject, *also)))
    tx.effect = sorted(names)


def _traced(record: Record) -> AbstractContextManager[Any]:
    """Goes on with the announcer's trace, where there is one: a span that nobody keeps costs a tenth of a reaction."""
    if not record.headers:
        return nullcontext()
    return tracer.start_as_current_span(f"hear {record.type}", context=propagate.extract(record.headers))


def _is_transient(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or str(getattr(error.orig, "sqlstate", None)).startswith(TRANSIENT)
    return isinstance(error, OSError | TimeoutError)
