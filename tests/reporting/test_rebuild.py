"""The read models are made again from what was announced, and nobody can tell which they were."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any

import httpx
import pytest

from common.contracts import Event
from common.database import Sessions, create_engine, create_sessions
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.healing import Healer
from common.messaging.relay import NumberedRecord, relay_once
from common.messaging.service_tokens import ServiceTokens
from common.river import ANNOUNCERS
from common.streams.outbox import announce
from reporting.events.heard import REACTIONS
from reporting.main import create_app_for
from tests.house.towns import settings
from tests.parts.api import FrontDoor, front_door
from tests.parts.live import live
from tests.parts.postgres import Database, Databases, connect, rebind
from tests.reporting.api.programme import OPERATOR, PRIME, load
from tests.reporting.events.test_order_across_topics import a_story
from tests.reporting.recount import a_life
from tests.reporting.story import a_whole_story

DERIVED = (
    "inbox",
    "edge",
    "referral",
    "allocation",
    "support_case",
    "outcome",
    "heard_event",
    "participant_alias",
    "tally",
)
KEPT = ("programme", "kpi_targets", "monthly_report", "monthly_report_acceptance", "audit", "inbox_skipped")
GUARDS = """
select tablename, policyname, cmd, roles::text, qual, with_check from pg_policies where schemaname = 'public'
union all
select table_name, grantee, privilege_type, '', '', '' from information_schema.role_table_grants
where table_schema = 'public'
union all
select relname, relrowsecurity::text, relforcerowsecurity::text, '', '', '' from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace
union all
select tablename, indexname, indexdef, '', '', '' from pg_indexes where schemaname = 'public'
"""


class Nowhere:
    """A broker that takes everything: numbering is what the feeds need."""

    async def publish(self, batch: Sequence[NumberedRecord]) -> None: ...


@dataclass(frozen=True, slots=True)
class River:
    """Three announcers with their feeds on ports, and reporting, which hears them."""

    announcers: dict[str, Sessions]
    hub: Database
    urls: dict[str, str]
    issuer: str
    reporting: FrontDoor

    async def announce(self, events: Sequence[Event]) -> None:
        for topic, sessions in self.announcers.items():
            async with sessions.begin() as session:
                await announce(session, [event for event in events if event.topic == topic])
            while await relay_once(sessions, Nowhere()):
                pass

    async def say_what_nobody_can_read(self) -> dict[str, Any]:
        """Where it stands, and what it says of itself there."""
        [event, *_] = a_whole_story(new_id())
        await self.announce([event])
        connection = await connect(self.hub.admin_dsn)
        await connection.execute("update outbox set body = 'spoilt' where event_id = $1", event.event_id)
        await rebind(connection)
        kept = "select topic, subject, sequence, event_id::text, encode(hash, 'hex') as hash from outbox"
        said = await connection.fetchrow(f"{kept} where event_id = $1", event.event_id)
        await connection.close()
        return dict(said)

    async def hear(self) -> None:
        """What reporting's worker does, until nothing is left; then it ends."""
        async with httpx.AsyncClient(timeout=30) as client:
            tokens = ServiceTokens(client, self.issuer, "reporting", "reporting-secret")
            feeds = Feeds(client, tokens, self.urls)
            hearer = Healer("reporting", self.reporting.worker, REACTIONS, feeds, (0, 0, 0, 0))
            for topic in hearer.topics:
                while await hearer.sweep(topic, older_than_seconds=0) or await hearer.heal():
                    pass
        await self.end_worker()

    async def end_worker(self) -> None:
        await self.reporting.worker.kw["bind"].dispose()

    def rebuild(self, *how: str) -> "subprocess.CompletedProcess[str]":
        """The command, as an operator runs it."""
        database = self.reporting.database
        told = {
            "ENVIRONMENT": "test",
            "OWNER_DATABASE_URL": database.url("owner"),
            "DATABASE_URL": database.url("worker"),
            "ISSUER_URL": self.issuer,
            "JWKS_URL": f"{self.issuer}/jwks.json",
            "FEEDS": json.dumps(self.urls),
            "SERVICE_CLIENT_ID": "reporting",
            "SERVICE_CLIENT_SECRET": "reporting-secret",
        }
        command = [sys.executable, "-m", "reporting.rebuild", *how]
        return subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)

    async def found(self, statement: str) -> list[str]:
        """Every row as text, whoever may see it, in an order of its own."""
        connection = await connect(self.reporting.database.admin_dsn)
        rows = [str(dict(row)) for row in await connection.fetch(statement)]
        await connection.close()
        return sorted(rows)

    async def tables(self, *names: str) -> dict[str, list[str]]:
        """All but when a stream was last tried."""
        rows = "select to_jsonb(kept) - 'tried_at' as kept from public.{name} as kept"
        return {name: await self.found(rows.format(name=name)) for name in names}


@asynccontextmanager
async def announcing(databases: Databases, service: str, issuer: str) -> AsyncGenerator[tuple[Sessions, str, Database]]:
    with databases.clone(service) as database:
        told = settings(database_url=database.url("main"), issuer_url=issuer, jwks_url=f"{issuer}/jwks.json")
        engine = create_engine(database.url("worker"))
        with live(import_module(f"{service.replace('-', '_')}.main").create_app_for(told)) as url:
            yield create_sessions(engine), url, database
        await engine.dispose()


@pytest.fixture
async def river(databases: Databases, issuer: str) -> AsyncGenerator[River]:
    async with AsyncExitStack() as stack:
        started = {
            topic: await stack.enter_async_context(announcing(databases, service, issuer))
            for topic, service in ANNOUNCERS.items()
        }
        door = await stack.enter_async_context(front_door(databases, "reporting", create_app_for))
        sessions = {topic: announcer for topic, (announcer, _, _) in started.items()}
        urls = {topic: url for topic, (_, url, _) in started.items()}
        yield River(sessions, started["referrals"][2], urls, issuer, door)


async def skip_what_nobody_can_read(river: River) -> None:
    spoilt = await river.say_what_nobody_can_read()
    await river.hear()
    skipped = await river.reporting.post("/v1/inbox/skip", OPERATOR, spoilt | {"reason": "known-bug"})
    assert skipped.status_code == 200


@pytest.mark.row("S-29")
async def test_what_is_rebuilt_is_what_was_there_to_the_byte(river: River) -> None:
    chance = Random(7)  # noqa: S311 - a story that can be repeated
    await load(river.reporting)
    await river.announce([event for _ in range(25) for event in a_story(chance, new_id())])
    await skip_what_nobody_can_read(river)
    await river.hear()
    before, guards = await river.tables(*DERIVED, *KEPT), await river.found(GUARDS)
    rebuilt = river.rebuild()

    assert (rebuilt.returncode, "rebuild.done" in rebuilt.stderr) == (0, True), rebuilt.stderr
    assert await river.tables(*DERIVED, *KEPT) == before
    assert await river.found(GUARDS) == guards
    assert all(before[name] for name in ("outcome", "heard_event", "inbox_skipped", "programme"))
    assert await river.found("select 1 from pg_namespace where nspname in ('next', 'past')") == []


async def told_of_every_tracker(river: River) -> dict[str, bytes]:
    """The bytes of every provider's and the partnership's tracker, month by month, as JSON, CSV and XLSX."""
    found: dict[str, bytes] = {}
    for provider in (None, "horton", "pdap"):
        for month in ("2019-09", "2019-10", "2019-11", "2020-02"):
            for kind in ("", "/csv", "/xlsx"):
                answer = await river.reporting.get(f"/v1/kpi-tracker{kind}", PRIME, month=month, provider=provider)
                assert answer.status_code == 200, answer.text
                found[f"{provider} {month} {kind}"] = answer.content
    return found


async def test_a_rebuilt_tracker_is_the_one_kept_event_by_event_byte_for_byte_in_every_format(river: River) -> None:
    chance = Random(17)  # noqa: S311 - lives that can be repeated
    await load(river.reporting)
    await river.announce([event for _ in range(30) for event in a_life(chance)])
    await river.hear()
    assert (await river.reporting.post("/v1/monthly-reports", PRIME, {"month": "2019-09"})).status_code == 201
    kept, tally = await told_of_every_tracker(river), await river.tables("tally")
    rebuilt = river.rebuild()

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert await told_of_every_tracker(river) == kept
    assert len(tally["tally"]) > 20
    assert len(set(kept.values())) > len(kept) // 2


async def test_what_was_lost_or_forged_in_a_read_model_is_mended_and_hearing_goes_on(river: River) -> None:
    await river.announce(a_whole_story(new_id()))
    await river.hear()
    whole = await river.tables(*DERIVED)
    connection = await connect(river.reporting.database.admin_dsn)
    await connection.execute(
        "delete from referral; update outcome set payable_pence = 1; delete from inbox; update tally set count = 7"
    )
    await connection.close()
    rebuilt = river.rebuild()

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert await river.tables(*DERIVED) == whole
    await river.announce(a_whole_story(new_id()))
    await river.hear()
    assert [len(rows) for rows in (await river.tables("referral", "outcome", "heard_event")).values()] == [2, 2, 24]


async def meddle(river: River, statement: str) -> None:
    connection = await connect(river.reporting.database.admin_dsn)
    await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("delete from allocation", "allocation"),
        ("update outcome set payable_pence = payable_pence + 1", "outcome"),
        ("delete from heard_event where type = 'CaseStarted'", "heard_event"),
        ("insert into support_case (programme_id, case_id, participant_id, provider_id) "
         "select programme_id, gen_random_uuid(), participant_id, provider_id from support_case", "support_case"),
    ],
)  # fmt: skip
async def test_a_row_that_is_not_what_its_events_say_is_named_by_its_stream(
    river: River, statement: str, table: str
) -> None:
    person = new_id()
    await river.announce(a_whole_story(person))
    await river.hear()
    sound = river.rebuild("--compare")
    await meddle(river, statement)
    before = await river.tables(*DERIVED)
    found = river.rebuild("--compare")

    assert (sound.returncode, sound.stdout) == (0, "0 differences, 0 streams not compared.\n"), sound.stderr
    assert (found.returncode, found.stdout) == (
        1,
        f"{table}: participant/{person}\n1 differences, 0 streams not compared.\n",
    )
    assert await river.tables(*DERIVED) == before


async def test_an_altered_figure_is_named_and_what_is_not_heard_yet_is_not(river: River) -> None:
    await river.announce(a_whole_story(new_id()))
    await river.hear()
    await meddle(river, "update tally set count = 7 where counted = 'received'")
    altered = river.rebuild("--compare")
    await river.announce(a_whole_story(new_id()))
    behind = river.rebuild("--compare")

    assert (altered.returncode, altered.stdout.splitlines()[0].startswith("tally: ")) == (1, True)
    assert "received" in altered.stdout
    assert (behind.returncode, behind.stdout) == (0, "0 differences, 1 streams not compared.\n")


async def test_nothing_is_touched_beside_a_running_worker_or_with_an_event_nobody_can_read(river: River) -> None:
    await river.announce(a_whole_story(new_id()))
    await river.hear()
    before = await river.tables(*DERIVED)
    await river.reporting.rows("select 1")
    beside = river.rebuild()
    await river.end_worker()
    await river.say_what_nobody_can_read()
    unreadable = river.rebuild()

    assert (beside.returncode, "worker is running" in beside.stderr) == (1, True), beside.stderr
    assert (unreadable.returncode, "1 streams cannot be read to their end" in unreadable.stderr) == (1, True)
    assert await river.tables(*DERIVED) == before
