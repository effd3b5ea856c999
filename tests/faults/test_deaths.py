"""kill -9 at every point where something could be lost or done twice; then everything is there, once, in order."""

import asyncio
import random

import httpx
import pytest

from common.ids import new_id
from tests.faults.scene import Scene, whole
from tests.parts.issuer import Headers
from tests.parts.ports import free_port

pytestmark = pytest.mark.kafka
EVENTS = 1000


@pytest.mark.parametrize("point", ["after-publish", "before-commit", "after-commit"])
async def test_the_relay_dies(playing: Scene, point: str) -> None:
    relay = playing.play("relay", die_at=point)
    playing.play("hearer")

    await playing.announce(EVENTS)
    counts = await playing.recovered(f"relay killed {point}")

    assert relay.deaths == 1
    assert whole(counts), counts
    assert counts.applied == EVENTS


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "before-offset-commit", "after-offset-commit"])
async def test_the_hearer_dies(playing: Scene, point: str) -> None:
    playing.play("relay")
    hearer = playing.play("hearer", die_at=point, on=2)

    await playing.announce(EVENTS)
    counts = await playing.recovered(f"hearer killed {point}")

    assert hearer.deaths == 1
    assert whole(counts), counts
    assert counts.applied == EVENTS


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("point", ["before-commit", "after-commit"])
async def test_the_api_dies_and_whoever_asks_again_with_the_same_key_gets_the_same_answer(
    playing: Scene, hub: Headers, point: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - seeded, to be played again
    asked = {str(new_id()): chance.choice(playing.people) for _ in range(40)}
    playing.play("relay")
    playing.play("hearer")
    port = free_port()
    main = playing.play("main", port=port, die_at=point, on=chance.randint(1, 30))

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=hub, timeout=10) as client:
        first = await asyncio.gather(*(playing.ask(client, person, key) for key, person in asked.items()))
        again = await asyncio.gather(*(playing.ask(client, person, key) for key, person in asked.items()))
    counts = await playing.recovered(f"API killed {point}, seed {seed}")

    assert main.deaths == 1
    assert [answer.content for answer in first] == [answer.content for answer in again]
    assert whole(counts), counts
    assert counts.announced == len(asked) == len({answer.content for answer in first})
