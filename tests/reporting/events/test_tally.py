"""The tally kept event by event is what counting everything anew comes to, however the events arrive."""

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from common.contracts import Event
from common.database import Sessions
from common.messaging.hearing import Hearer
from common.streams.records import Record
from programme.activities import Activity
from reporting.events.heard import REACTIONS
from reporting.main import create_app_for
from reporting.storage.tallies import tally_to_date
from tests.parts.api import FrontDoor, front_door, records_of
from tests.parts.postgres import Databases
from tests.reporting.recount import MONTHS, PROVIDERS, Counted, a_life, recounted

PEOPLE = 14


async def tallied(sessions: Sessions, provider: str | None) -> list[Counted]:
    """What the tally says of every month."""
    found: list[Counted] = []
    async with sessions.begin() as session:
        for month in MONTHS:
            counts = await tally_to_date(session, "kbop", provider, month)
            counted = {(row, "activity"): count for row, count in counts.activity.items() if count}
            for place in ("achieved", "outstanding", "added-value", "contributed"):
                counts_there = getattr(counts, place.replace("-", "_"))
                counted |= {(code, place): count for code, count in counts_there.items()}
            found.append(counted)
    return found


async def agrees(door: FrontDoor, events: Sequence[Event]) -> None:
    for provider in (None, *PROVIDERS):
        assert await tallied(door.worker, provider) == [recounted(events, provider, month) for month in MONTHS]
    assert await door.rows("select 1 from tally where count = 0") == []


@pytest.mark.parametrize("seed", range(8))
async def test_the_tally_is_the_recount_whatever_is_repeated_out_of_order_or_late(
    databases: Databases, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - a shuffle that can be repeated
    events = [event for _ in range(PEOPLE) for event in a_life(chance)]
    records = records_of(events)
    shuffled = chance.sample(records, len(records)) + chance.choices(records, k=30)
    half = len(shuffled) // 2
    async with front_door(databases, "reporting", create_app_for) as door:
        for batch in (shuffled[:half], shuffled[half:], *by_stream(chance, records), shuffled):
            await door.hear(REACTIONS, batch)
        await agrees(door, events)


async def test_every_activity_a_tracker_may_count_is_counted(databases: Databases) -> None:
    chance = Random(7)  # noqa: S311 - lives that can be repeated
    async with front_door(databases, "reporting", create_app_for) as door:
        await door.hear(REACTIONS, records_of([event for _ in range(40) for event in a_life(chance)]))
        for provider in (None, "horton"):
            counted = (await tallied(door.worker, provider))[-1]

            assert {name for name, place in counted if place == "activity"} == set(Activity)


def by_stream(chance: Random, records: Sequence[Record]) -> list[list[Record]]:
    """What was skipped for a gap before, stream by stream, topics in any order."""
    streams = sorted({(record.topic, record.subject) for record in records})
    chance.shuffle(streams)
    return [[one for one in records if (one.topic, one.subject) in streams[start::5]] for start in range(5)]


async def test_hearers_side_by_side_add_to_the_same_cells_and_lose_none(databases: Databases) -> None:
    chance = Random(11)  # noqa: S311 - lives that can be repeated
    lives = [a_life(chance) for _ in range(40)]
    async with front_door(databases, "reporting", create_app_for) as door:
        hearers = [Hearer("reporting", door.worker, REACTIONS) for _ in range(4)]
        await asyncio.gather(*(life_by_life(hearer, lives[number::4]) for number, hearer in enumerate(hearers)))

        await agrees(door, [event for life in lives for event in life])


async def life_by_life(hearer: Hearer, lives: Sequence[list[Event]]) -> None:
    for life in lives:
        await hearer.hear(records_of(life), fetched=True)
