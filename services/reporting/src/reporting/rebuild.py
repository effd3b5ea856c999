"""Make every read model again from what was announced: `python -m reporting.rebuild` (docs/runbooks/rebuild.md).

Beside the tables in use a second set is filled, in the schema `next`, by the same reactions through an inbox of its own
from the announcers' feeds; then the two change places in one transaction. Only what is derived changes places: the
accepted programmes, the submitted reports, the audit and the record of what was skipped were never heard, and stay.

With `--compare` nothing changes places: each row in use that is not what its events say it must be is named by its
stream (docs/runbooks/rebuild.md).
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from common import telemetry
from common.database import Sessions, create_engine, create_sessions
from common.messaging.feeds import FeedPage, Feeds
from common.messaging.healing import Healer
from common.messaging.hearing import PAUSES
from common.messaging.service_tokens import ServiceTokens
from common.migrate import upgrade
from common.settings import DatabaseUrl, ServiceSettings
from common.streams.records import Record
from reporting.events.heard import REACTIONS
from reporting.storage.tables.base import Base
from reporting.storage.tables.programme import KpiTargetsRow, ProgrammeRow
from reporting.storage.tables.reports import MonthlyReportAcceptanceRow, MonthlyReportRow

log = structlog.get_logger()

HEARD = ("inbox", "edge")
"""Locked first, as the worker does, so that nobody waits in a circle."""
STATED = {table.__tablename__ for table in (ProgrammeRow, KpiTargetsRow, MonthlyReportRow, MonthlyReportAcceptanceRow)}
DERIVED = (*HEARD, *sorted(Base.metadata.tables.keys() - STATED))
AT_ONCE = (0,) * len(PAUSES)
"""No pauses between tries: what cannot be read now will not be read in ten minutes."""
ROUNDS = 40
"""More than a page of the log can need; a stream that still does not move is named at the end."""

WORKERS = text("""
select count(*) from pg_stat_activity
where datname = current_database() and usename = 'reporting_worker' and application_name <> 'rebuild'
""")
SKIPPED = text("select topic, subject, sequence from public.inbox_skipped")
COUNT_SKIPPED = text("""
update inbox set skipped = counted.events
from (select topic, subject, count(*) as events from public.inbox_skipped group by topic, subject) as counted
where (inbox.topic, inbox.subject) = (counted.topic, counted.subject)
""")
NOT_READ = text("select topic, subject, error_code from inbox where state <> 'open' or heard_sequence > last_sequence")

MOVED = text("""
select subject from public.inbox as used full join next.inbox as next using (topic, subject)
where used.last_sequence is distinct from next.last_sequence
""")
"""Streams that the tables in use have not heard to where the second set has."""
DIFFERENT = """
select distinct to_jsonb(one) as row from (
    (select * from public.{table} except select * from next.{table})
    union all
    (select * from next.{table} except select * from public.{table})) as one
"""

Place = tuple[str, str, int]
"""Topic, subject and sequence."""


class RebuildRefused(Exception):
    """The tables in use stay as they are; the sentence says why, and what to do."""


class RebuildSettings(ServiceSettings):
    """Beside the worker's settings, the owner's address: it alone may make and move tables."""

    owner_database_url: DatabaseUrl


class FeedsAgain(Feeds):
    """The announcers' feeds, without what an operator had skipped: it is skipped again."""

    def __init__(
        self, client: httpx.AsyncClient, tokens: ServiceTokens, urls: Mapping[str, str], places: frozenset[Place]
    ) -> None:
        super().__init__(client, tokens, urls)
        self._skipped = places

    async def missing(self, topic: str, streams: Mapping[str, int]) -> FeedPage:
        page = await super().missing(topic, streams)
        return FeedPage([self._unless_skipped(record) for record in page.records], page.more)

    def _unless_skipped(self, record: Record) -> Record:
        if (record.topic, record.subject, record.sequence) not in self._skipped:
            return record
        return record.emptied()


@dataclass(frozen=True, slots=True)
class ComparedTables:
    """What of the tables in use is not what its events say, as `table: stream`; and what could not be compared."""

    different: Sequence[str]
    moved: int
    """Streams that were not heard to their end: what counts them is not compared either."""


async def rebuild(settings: RebuildSettings) -> None:
    """Fill the schema `next` from the feeds, then let it change places with the tables in use.

    Raises:
        RebuildRefused: the worker is running, or an event cannot be read; what is in use was not touched.
        httpx.HTTPError: a feed did not answer as it should; what is in use was not touched.
    """
    async with _filled_beside(settings) as (owner, worker):
        await worker.dispose()
        await _change_places(owner)


async def compare(settings: RebuildSettings) -> ComparedTables:
    """Fill the schema `next` from the feeds, hold the tables in use against it, and drop it: a look and nothing else.

    Raises:
        RebuildRefused: the worker is running, or an event cannot be read.
        httpx.HTTPError: a feed did not answer as it should.
    """
    async with _filled_beside(settings) as (owner, worker):
        async with create_sessions(worker).begin() as session:
            differences = await _differences(session)
        await worker.dispose()
        async with owner.begin() as connection:
            await connection.execute(text("drop schema next cascade"))
        return differences


@asynccontextmanager
async def _filled_beside(settings: RebuildSettings) -> AsyncGenerator[tuple[AsyncEngine, AsyncEngine]]:
    """The owner's engine and the worker's, with a second set of tables filled in the schema `next`."""
    owner_url, worker_url = settings.owner_database_url.get_secret_value(), settings.database_url.get_secret_value()
    owner = create_engine(owner_url)
    worker = create_engine(worker_url, search_path="next", application_name="rebuild")
    try:
        await _begin_next(owner)
        await asyncio.to_thread(upgrade, "reporting", owner_url, schema="next")
        await _fill(create_sessions(worker), settings)
        yield owner, worker
    finally:
        await worker.dispose()
        await owner.dispose()


async def _differences(session: AsyncSession) -> ComparedTables:
    streams = set((await session.scalars(MOVED)).all())
    different: set[str] = set()
    for table in DERIVED:
        if table in HEARD:
            continue
        for row in await session.scalars(text(DIFFERENT.format(table=table))):
            stream = _stream_of(row)
            if stream is None and not streams:
                different.add(f"{table}: {', '.join(str(value) for name, value in row.items() if name != 'count')}")
            elif stream is not None and stream not in streams:
                different.add(f"{table}: {stream}")
    return ComparedTables(sorted(different), len(streams))


def _stream_of(row: dict[str, Any]) -> str | None:
    """Whose row it is; what counts many people is nobody's."""
    person = row.get("participant_id") or row.get("alias_id")
    return f"participant/{person}" if person else None


async def _begin_next(owner: AsyncEngine) -> None:
    async with owner.begin() as connection:
        await _refuse_beside_a_worker(connection)
        await connection.execute(text("drop schema if exists next cascade"))
        await connection.execute(text("create schema next"))
        await connection.execute(text("grant usage on schema next to reporting_worker"))


async def _fill(sessions: Sessions, settings: ServiceSettings) -> None:
    async with sessions.begin() as session:
        places = frozenset[Place]((row.topic, row.subject, row.sequence) for row in await session.execute(SKIPPED))
    async with httpx.AsyncClient(timeout=30) as client:
        secret = settings.service_client_secret.get_secret_value()
        tokens = ServiceTokens(client, settings.issuer_url, settings.service_client_id, secret)
        feeds = FeedsAgain(client, tokens, settings.feeds, places)
        hearer = Healer("reporting", sessions, REACTIONS, feeds, AT_ONCE)
        for topic in hearer.topics:
            while count := await hearer.sweep(topic, older_than_seconds=0):
                await _heal(hearer)
                log.info("rebuild.read", topic=topic, count=count)
    async with sessions.begin() as session:
        await session.execute(COUNT_SKIPPED)
        if unread := (await session.execute(NOT_READ)).all():
            streams = ", ".join(f"{row.topic} {row.subject} ({row.error_code})" for row in unread[:5])
            raise RebuildRefused(
                f"{len(unread)} streams cannot be read to their end: {streams}. See docs/runbooks/parked-stream.md."
            )


async def _heal(hearer: Healer) -> None:
    for _ in range(ROUNDS):
        if not await hearer.heal():
            return


CALL_WHAT_STAYS = text("""
do $$ declare one record; begin
    for one in
        select tgname, relname, pg_get_triggerdef(pg_trigger.oid) as definition
        from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
        where not tgisinternal and relnamespace = 'public'::regnamespace and pronamespace = 'next'::regnamespace
    loop
        execute format('drop trigger %I on public.%I', one.tgname, one.relname);
        execute replace(one.definition, ' next.', ' public.');
    end loop;
end $$
""")
"""A trigger goes with its table, and the function that it calls does not: it would go with the schema."""


async def _change_places(owner: AsyncEngine) -> None:
    async with owner.begin() as connection:
        await connection.execute(text("set local lock_timeout = '10s'"))
        in_use = ", ".join(f"public.{table}" for table in DERIVED)
        await connection.execute(text(f"lock table {in_use} in access exclusive mode"))
        await _refuse_beside_a_worker(connection)
        await connection.execute(text("create schema past"))
        for table in DERIVED:
            await connection.execute(text(f"alter table public.{table} set schema past"))
            await connection.execute(text(f"alter table next.{table} set schema public"))
        await connection.execute(CALL_WHAT_STAYS)
        await connection.execute(text("drop schema past cascade"))
        await connection.execute(text("drop schema next cascade"))
    log.info("rebuild.done", count=len(DERIVED))


async def _refuse_beside_a_worker(connection: AsyncConnection) -> None:
    if (await connection.execute(WORKERS)).scalar_one():
        raise RebuildRefused("Reporting's worker is running: stop it, and start it again when the rebuild is done.")


if __name__ == "__main__":
    told = RebuildSettings()  # pyright: ignore[reportCallIssue] - from the environment
    telemetry.set_up("reporting", "rebuild", told.otel_exporter_otlp_endpoint)
    try:
        if "--compare" in sys.argv[1:]:
            found = asyncio.run(compare(told))
            counted = f"{len(found.different)} differences, {found.moved} streams not compared."
            sys.stdout.write("\n".join([*found.different, counted, ""]))
            sys.exit(1 if found.different else 0)
        asyncio.run(rebuild(told))
    except RebuildRefused as error:
        sys.exit(str(error))
