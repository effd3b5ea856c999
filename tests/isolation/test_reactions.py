"""Every reaction of a service's table is in the audit: of whom it changed anything, its own transaction names them.

Reporting's read models are made of events alone and are not audited event by event (ADR 0016).
"""

import pytest

from tests.isolation.stories import EVERY_STORY, STORIES
from tests.isolation.worlds import World
from tests.parts.api import records_of
from tests.parts.audited import unaudited

SINCE = "select cause, subjects from audit where position > $1 and cause is not null"


@pytest.mark.parametrize("world", EVERY_STORY, indirect=True)
async def test_every_reaction_names_in_the_audit_whom_it_is_about(world: World) -> None:
    reactions, story = await STORIES[world.name](world)
    position = await world.admin.fetchval("select coalesce(max(position), 0) from audit")
    laid_out = await unaudited(world.admin)  # by the examples that share this world, in plain SQL

    await world.door.hear(reactions, records_of(story))

    said: dict[str, list[str]] = dict(await world.admin.fetch(SINCE, position))
    unsaid = [event.type for event in story if event.subject not in said.get(str(event.event_id), [])]
    assert unsaid == []
    assert await unaudited(world.admin) == laid_out
