"""kill -9 at every point where something could be lost or done twice; then everything is there, once, in order."""

import asyncio
import random

import httpx
import pytest

from common.ids import new_id
from tests.faults.often import often
from tests.faults.scene import Scene, whole
from tests.parts.issuer import Headers
from tests.parts.ports import free_port

pytestmark = pytest.mark.kafka
EVENTS = 1000
A_BATCH = 2000
"""The most events that a relay publishes before it moves its mark."""
AT_ONCE = 40
"""Requests."""


@pytest.mark.parametrize(
    ("point", "kills", "events"),
    [
        ("after-publish", often(1, 200), often(EVENTS, 100_000)),
        ("before-commit", often(1, 50), EVENTS),
        ("after-commit", often(1, 50), EVENTS),
    ],
)
async def test_the_relay_dies(playing: Scene, point: str, kills: int, events: int) -> None:
    relay = playing.play("relay", die_at=point, on=(1, *[2] * (kills - 1)))
    playing.play("hearer")

    await playing.announce_until_dead(relay, kills, events, a_second=500)
    seconds = await playing.until_settled(within=often(60, 600))
    again, counts = await playing.sent() - await playing.applied(), await playing.counts()
    playing.note_counts(f"R2 relay killed {point}", counts, seconds, kills, f"{again} sent again")

    assert relay.deaths == kills
    assert again <= kills * A_BATCH
    assert whole(counts), counts
    assert counts.applied >= events


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "before-offset-commit", "after-offset-commit"])
async def test_the_hearer_dies(playing: Scene, point: str) -> None:
    kills = often(1, 50)
    playing.play("relay")
    hearer = playing.play("hearer", die_at=point, on=[2] * kills)

    await playing.announce_until_dead(hearer, kills, EVENTS, a_second=50)
    counts = await playing.recovered(f"R3 hearer killed {point}", kills)

    assert hearer.deaths == kills
    assert whole(counts), counts
    assert counts.applied >= EVENTS


@pytest.mark.parametrize("point", ["before-commit", "after-commit"])
async def test_the_api_dies_and_whoever_asks_again_with_the_same_key_gets_the_same_answer(
    playing: Scene, hub: Headers, point: str
) -> None:
    kills = often(3, 100)
    chance = random.Random(point)  # noqa: S311 - seeded, to be played again
    playing.play("relay")
    playing.play("hearer")
    port = free_port()
    main = playing.play("main", port=port, die_at=point, on=[chance.randint(1, 30) for _ in range(kills)])
    answers: dict[str, bytes] = {}

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=hub, timeout=10) as client:
        while main.deaths < kills:
            asked = {str(new_id()): chance.choice(playing.people) for _ in range(AT_ONCE)}
            first = await asyncio.gather(*(playing.ask(client, person, key) for key, person in asked.items()))
            again = await asyncio.gather(*(playing.ask(client, person, key) for key, person in asked.items()))
            assert [answer.content for answer in first] == [answer.content for answer in again]
            answers |= {key: answer.content for key, answer in zip(asked, first, strict=True)}
    counts = await playing.recovered(f"R1 API killed {point}", kills)

    assert main.deaths == kills
    assert whole(counts), counts
    assert counts.announced == len(answers) == len(set(answers.values()))
