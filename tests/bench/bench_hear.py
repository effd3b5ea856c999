"""Hear and apply: exactly-once effects in order, against set-based SQL that does the same without Python.

With a reaction for each event, with one that takes a batch as deciders do, and with a projection.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from common.contracts.referrals import DropInRecorded
from common.database import base_for_service
from common.messaging.hearing import Hearer
from common.messaging.inbox import BEGIN, KEEP_PLACES
from common.messaging.reactions import AtOnce, Projection, Reaction, Reactions
from common.streams.records import Record
from common.transaction import Transaction
from tests.bench.ground import Ground, Place, place, positional
from tests.bench.measuring import Comparison, Stopwatch, take_turns
from tests.common.messaging.parts import LEDGER, a_fact, bound
from tests.parts.api import records_of

EVENTS, STREAMS, BATCH = 5_000, 1_000, 500
Base = base_for_service()
AGAIN = BATCH // 20
"""Of each batch, heard already in the one before."""
WRITE_LINE = text("insert into ledger (event_id, subject) values (:event, :subject)")
WRITE_AT_ONCE = text("""
insert into ledger (event_id, subject)
select event, subject from jsonb_to_recordset(cast(:lines as jsonb)) as line (event uuid, subject text)
""")
WRITE_LINES = text("""
insert into ledger (event_id, subject)
select cast(record.body ->> 'event_id' as uuid), subject
from jsonb_to_recordset(cast(:records as jsonb)) as record (topic text, subject text, sequence bigint, body jsonb)
join inbox using (topic, subject) where record.sequence > inbox.last_sequence order by subject, record.sequence
""")
LINES = "select event_id from ledger order by line"
INBOX = (
    "select count(*) filter (where last_sequence = heard_sequence and state = 'open'), sum(last_sequence) from inbox"
)

Prepared = tuple[dict[str, list[str]], str, dict[str, list[Any]]]
"""The streams, the records (as JSON) and the moves of one batch."""


async def measure(ground: Ground) -> list[Comparison]:
    with ground.databases.clone("claims") as database:
        async with place(database) as here:
            await here.bare.execute(LEDGER)
            await here.bare.execute("grant select, insert on ledger to claims_worker")
            batches = _batches()
            laps = {
                "by one": partial(heard, here, [Reaction(DropInRecorded, write_line)], batches),
                "batch": partial(heard, here, [Reaction(DropInRecorded, write_line, AtOnce(add_line))], batches),
                "at once": partial(heard, here, [Projection(DropInRecorded, write_lines)], batches),
                "sql": partial(applied_by_sql, here, batches),
            }
            taken = await take_turns(laps)
    floor, what = "the same set-based, bare driver", f"hear and apply, {BATCH} a batch, 5 % twice"
    return [
        Comparison(f"{what}, a reaction each", floor, EVENTS, "events", taken["by one"], taken["sql"]),
        Comparison(f"{what}, a reaction that takes all", floor, EVENTS, "events", taken["batch"], taken["sql"]),
        Comparison(f"{what}, projected at once", floor, EVENTS, "events", taken["at once"], taken["sql"]),
    ]


async def heard(here: Place, reactions: Reactions, batches: Sequence[Sequence[Record]]) -> float:
    hearer = Hearer("claims", here.sessions, reactions)
    await _forget(here)
    with Stopwatch() as watch:
        for batch in batches:
            await hearer.hear(batch)
    await _check(here, batches)
    return watch.seconds


async def write_line(tx: Transaction, event: DropInRecorded) -> None:
    await tx.session.execute(WRITE_LINE, {"event": event.event_id, "subject": event.subject})


class LineRow(Base):
    """A line of the ledger."""

    __tablename__ = "ledger"

    line: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    subject: Mapped[str]


def add_line(tx: Transaction, event: DropInRecorded, _: None) -> bool:
    tx.session.add(LineRow(event_id=event.event_id, subject=event.subject))
    return True


async def write_lines(session: AsyncSession, events: Sequence[DropInRecorded]) -> None:
    lines = [{"event": str(event.event_id), "subject": event.subject} for event in events]
    await session.execute(WRITE_AT_ONCE, {"lines": json.dumps(lines)})


async def applied_by_sql(here: Place, batches: Sequence[Sequence[Record]]) -> float:
    prepared = [_prepared(batch) for batch in batches]
    await _forget(here)
    with Stopwatch() as watch:
        for streams, records, moved in prepared:
            async with here.bare.transaction():
                await here.bare.fetch(*positional(BEGIN, **streams))
                await here.bare.execute(*positional(WRITE_LINES, records=records))
                await here.bare.execute(*positional(KEEP_PLACES, **moved))
    await _check(here, batches)
    return watch.seconds


def _batches() -> list[list[Record]]:
    """Everybody's first event, then everybody's second, in batches that begin with what the last one ended with."""
    people = [a_fact().participant_id for _ in range(STREAMS)]
    records = bound(records_of([a_fact(people[n % STREAMS]) for n in range(EVENTS)]))
    return [records[max(0, start - AGAIN) : start + BATCH - AGAIN] for start in range(0, EVENTS, BATCH - AGAIN)]


def _prepared(batch: Sequence[Record]) -> Prepared:
    last = list({record.subject: record for record in batch}.values())
    topics, subjects = [one.topic for one in last], [one.subject for one in last]
    programmes = [one.programme_id for one in last]
    records = [
        {"topic": one.topic, "subject": one.subject, "sequence": one.sequence, "body": json.loads(one.body)}
        for one in batch
    ]
    moved: dict[str, list[Any]] = {
        "moved_topics": topics,
        "moved_subjects": subjects,
        "moved_programmes": programmes,
        "moved_sequences": [one.sequence for one in last],
        "moved_events": [one.event_id for one in last],
        "moved_hashes": [one.hash for one in last],
    }
    return {"topics": topics, "subjects": subjects, "programmes": programmes}, json.dumps(records), moved


async def _forget(here: Place) -> None:
    await here.bare.execute("truncate inbox, ledger, audit, audit_unsealed restart identity")


async def _check(here: Place, batches: Sequence[Sequence[Record]]) -> None:
    """Every event left one line, each stream's in order, and every stream is up to date."""
    told = {record.event_id: record for batch in batches for record in batch}
    lines = [told[row["event_id"]] for row in await here.bare.fetch(LINES)]
    reached: dict[str, int] = {}
    for record in lines:
        assert record.sequence == reached.get(record.subject, 0) + 1
        reached[record.subject] = record.sequence
    assert len(lines) == len(told) == EVENTS
    assert tuple(await here.bare.fetchrow(INBOX)) == (STREAMS, EVENTS)
