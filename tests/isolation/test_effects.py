"""What a reaction did is looked for: whichever row of it somebody deletes behind the service is named, by its stream.

Every reaction of every table plays in a story (`tests.isolation.stories`). One that leaves no row there has nothing to
be looked for, and one that writes a row without its being named could lose it unseen: both fail here.
"""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import make_url, text

from common import record
from common.contracts import EVERY_EVENT
from common.database import Sessions, create_engine, create_sessions
from common.web.effects import look
from tests.isolation.stories import EVERY_STORY, REACTIONS_OF, STORIES
from tests.isolation.worlds import World, bearer
from tests.parts.api import records_of

OURS = frozenset(re.findall(r"create table (\w+)", " ".join(s for s in vars(record).values() if isinstance(s, str))))
"""The record's own tables: what is announced, heard, asked and done."""
KEYS = """
select relname, array_agg(attname order by array_position(indkey::int2[], attnum)) as key
from pg_class join pg_index on indrelid = pg_class.oid and indisprimary
join pg_attribute on attrelid = pg_class.oid and attnum = any(indkey)
where relnamespace = 'public'::regnamespace group by relname
"""
HEARD = "select action, cause, subjects, effect from audit where position > $1 and cause is not null order by position"
DELETE = "delete from {table} t where to_jsonb(t) = cast(:row as jsonb)"
BEHIND = text("set local session_replication_role = replica")
"""As a restore works, or an administrator who knows how: no foreign key minds."""
EVERY_REACTION = [
    pytest.param(service, event.__name__, marks=pytest.mark.xdist_group(f"isolation-{service}"),
                 id=f"{service}-{event.__name__}")
    for service, events in REACTIONS_OF.items() for event in events
]  # fmt: skip
Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a story: what each event left in the audit, and the tables before and after."""

    heard: list[Any]
    before: Rows
    after: Rows

    def of(self, event: str) -> list[Any]:
        return [entry for entry in self.heard if entry["action"] == f"heard {event}"]


async def every_row(world: World) -> Rows:
    """Every row of the service's own tables by its name."""
    keys = {row["relname"]: row["key"] for row in await world.admin.fetch(KEYS)}
    return {
        "/".join([table, *(str(row[column]) for column in keys[table])]): row
        for table, found in (await world.dump()).items() if table not in OURS
        for row in found
    }  # fmt: skip


async def told(world: World) -> Told:
    """The service's story, heard once."""
    if "told" not in world.kept:
        reactions, story = await STORIES[world.name](world)
        before = await every_row(world)
        position = await world.admin.fetchval("select coalesce(max(position), 0) from audit")
        await world.door.hear(reactions, records_of(story))
        world.kept["told"] = Told(await world.admin.fetch(HEARD, position), before, await every_row(world))
    return world.kept["told"]


@asynccontextmanager
async def behind(world: World) -> AsyncGenerator[Sessions]:
    """Sessions of the server's administrator; nothing of what they do is committed here."""
    admin = make_url(world.door.database.admin_dsn).set(drivername="postgresql+asyncpg")
    engine = create_engine(admin.render_as_string())
    yield create_sessions(engine)
    await engine.dispose()


@pytest.mark.parametrize(("world", "event"), EVERY_REACTION, indirect=["world"])
async def test_each_row_of_an_effect_is_named_when_it_is_gone(world: World, event: str) -> None:
    story = await told(world)
    entries = story.of(event)
    standing = sorted({name for entry in entries for name in entry["effect"]} & story.after.keys())
    assert standing, "it leaves no row in its story: there is nothing to look for"
    async with behind(world) as sessions:
        for name in standing:
            async with sessions() as session:
                await session.execute(BEHIND)
                delete = text(DELETE.format(table=name.partition("/")[0]))
                await session.execute(delete, {"row": json.dumps(story.after[name])})
                gone = {str(one.event_id): one for one in (await look(session)).items}

            for entry in (entry for entry in entries if name in entry["effect"]):
                one = gone[entry["cause"]]
                assert (one.topic, one.type, one.rows) == (EVERY_EVENT[event].topic, event, [name])
                assert one.subject == entry["subjects"][0]


@pytest.mark.parametrize("world", EVERY_STORY, indirect=True)
async def test_every_row_that_a_reaction_writes_or_takes_away_is_named(world: World) -> None:
    story = await told(world)

    named = {name for entry in story.heard for name in entry["effect"]}
    changed = {name for name, row in story.after.items() if story.before.get(name) != row}
    assert changed - named == set()
    assert {f"-{name}" for name in story.before.keys() - story.after.keys()} - named == set()


@pytest.mark.parametrize("world", EVERY_STORY, indirect=True)
async def test_where_nobody_meddled_nothing_is_named_on_any_page(world: World) -> None:
    events, looked_at, cursor = {str(entry["cause"]) for entry in (await told(world)).heard}, 0, None
    while True:
        page = (await world.door.get("/v1/inbox/effects", bearer("operator"), limit=3, cursor=cursor)).json()
        looked_at += page["looked_at"]
        assert [item for item in page["items"] if item["event_id"] in events] == []
        if (cursor := page["next"]) is None:
            break
    assert looked_at >= len(events)
