"""Announce: what dense sequences and the relay's queue cost beside a plain INSERT of the same rows.

Floors: the same rows, prepared before, into a twin of the outbox by the bare driver; and as a plain outbox does it,
through the same kind of session, the events made into rows under the stopwatch.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import text

from common.contracts import Event
from common.streams.outbox import announce
from tests.bench.ground import Ground, Place, place, positional
from tests.bench.measuring import Comparison, Lap, Stopwatch, take_turns
from tests.common.messaging.parts import a_fact
from tests.parts.postgres import connect

CLIENTS = 4
STREAMS_PER_CLIENT = 100
FIELDS = (
    "event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers, body, occurred_at"
)
TWIN = """
create table twin (like outbox including all);
create table expected (like outbox including all);
grant select, insert on twin to referral_hub_worker
"""
HASH = f"'\\x{'00' * 32}'::bytea"
"""As wide as one."""
INTO_TWIN = f"""
insert into twin ({FIELDS}, hash) select {FIELDS}, {HASH} from jsonb_to_recordset(cast(:rows as jsonb)) as event (
    event_id uuid, topic text, subject text, sequence bigint, type text, schema_version integer, programme_id text,
    provider_id text, headers jsonb, body text, occurred_at timestamptz)
"""  # noqa: S608 - every word of it stands in this file
PLAIN = text(INTO_TWIN)
EXPECTED = text(INTO_TWIN.replace("into twin", "into expected"))
EMPTY = "truncate outbox, stream, pending, twin"
AS_EXPECTED = """
select (select count(*) from {table}) = (select count(*) from expected)
   and not exists (select {fields} from {table} except select {fields} from expected)
"""
COUNTED_AND_QUEUED = """
select (select sum(last_sequence) from stream) = (select count(*) from outbox)
   and (select count(*) from pending join outbox using (position)) = (select count(*) from outbox)
"""

Batch = Sequence[tuple[Event, int]]
"""Events with the sequence each will get."""
Write = Callable[[Batch], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Load:
    """What each client announces, one transaction after the other, about participants of its own."""

    name: str
    size: int
    transactions: int

    def batches(self) -> list[list[Batch]]:
        return [self._of_one_client() for _ in range(CLIENTS)]

    def _of_one_client(self) -> list[Batch]:
        people = [a_fact().participant_id for _ in range(STREAMS_PER_CLIENT)]
        count = self.size * self.transactions
        told = [(a_fact(people[n % len(people)]), n // len(people) + 1) for n in range(count)]
        return [told[start : start + self.size] for start in range(0, count, self.size)]


LOADS = (Load("announce, 1 event a transaction", 1, 250), Load("announce, 64 events a transaction", 64, 40))


async def measure(ground: Ground) -> list[Comparison]:
    with ground.databases.clone("referral-hub") as database:
        async with place(database, CLIENTS) as here:
            await here.bare.execute(TWIN)
            drivers = [await connect(database.admin_dsn) for _ in range(CLIENTS)]
            try:
                return [row for load in LOADS for row in await _measured(here, drivers, load)]
            finally:
                await asyncio.gather(*(driver.close() for driver in drivers))


async def _measured(here: Place, drivers: Sequence[Any], load: Load) -> list[Comparison]:
    work = load.batches()
    count = sum(len(batch) for batches in work for batch in batches)
    prepared = {id(batch): json.dumps(_rows(batch)) for batches in work for batch in batches}

    async def announced(batch: Batch) -> None:
        async with here.sessions.begin() as session:
            await announce(session, [event for event, _ in batch])

    async def inserted(batch: Batch) -> None:
        async with here.sessions.begin() as session:
            await session.execute(PLAIN, {"rows": json.dumps(_rows(batch))})

    async def inserted_barely(driver: Any, batch: Batch) -> None:
        async with driver.transaction():
            await driver.execute(*positional(PLAIN, rows=prepared[id(batch)]))

    async def lap(writers: Sequence[Write], table: str) -> float:
        await here.bare.execute(EMPTY)
        with Stopwatch() as watch:
            await asyncio.gather(*map(_write_all, writers, work))
        assert await here.bare.fetchval(AS_EXPECTED.format(table=table, fields=FIELDS))
        assert table == "twin" or await here.bare.fetchval(COUNTED_AND_QUEUED)
        return watch.seconds

    await _expect(here, prepared.values())
    laps: dict[str, Lap] = {
        "ours": partial(lap, [announced] * CLIENTS, "outbox"),
        "session": partial(lap, [inserted] * CLIENTS, "twin"),
        "driver": partial(lap, [partial(inserted_barely, driver) for driver in drivers], "twin"),
    }
    taken = await take_turns(laps)
    return [
        Comparison(load.name, "the same INSERT by the bare driver", count, "events", taken["ours"], taken["driver"]),
        Comparison(load.name, "a plain outbox, same session", count, "events", taken["ours"], taken["session"]),
    ]


async def _write_all(write: Write, batches: Sequence[Batch]) -> None:
    for batch in batches:
        await write(batch)


async def _expect(here: Place, prepared: Iterable[str]) -> None:
    await here.bare.execute("truncate expected")
    for rows in prepared:
        await here.bare.execute(*positional(EXPECTED, rows=rows))


def _rows(batch: Batch) -> list[dict[str, Any]]:
    return [
        {
            "event_id": str(event.event_id),
            "topic": event.topic,
            "subject": event.subject,
            "sequence": sequence,
            "type": event.type,
            "schema_version": event.schema_version,
            "programme_id": event.programme_id,
            "provider_id": event.provider,
            "headers": {},
            "body": event.model_dump_json(),
            "occurred_at": event.occurred_at.isoformat(),
        }
        for event, sequence in batch
    ]
