"""A batch is heard in as many statements, however many people it tells of."""

import pytest

from common.ids import new_id
from reporting.events.heard import REACTIONS
from tests.parts.api import FrontDoor, records_of
from tests.parts.asked import asked_of
from tests.reporting.story import a_whole_story


@pytest.mark.parametrize("people", [1, 40])
async def test_rows_are_read_once_a_table_and_written_all_at_once(door: FrontDoor, people: int) -> None:
    batch = records_of([event for _ in range(people) for event in a_whole_story(new_id())])
    asked = asked_of(door.worker)

    await door.hear(REACTIONS, batch)
    first = len(asked)
    await door.hear(REACTIONS, batch)

    written = [statement for statement in asked if statement.startswith("with written_")]
    assert [statement.count("insert into") for statement in written] == [5]
    assert sum("FOR UPDATE" in statement for statement in asked) == 4
    assert (first, len(asked) - first) == (8, 1)
