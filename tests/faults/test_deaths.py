"""kill -9 at every point where something could be lost or done twice; then everything is there, once, in order."""

from collections.abc import AsyncGenerator

import pytest

from tests.faults.scene import Scene, scene, whole
from tests.parts.postgres import Databases

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.fixture
async def playing(databases: Databases, kafka: str, topic_prefix: str, issuer: str) -> AsyncGenerator[Scene]:
    async with scene(databases, kafka, topic_prefix, issuer) as ready:
        yield ready


@pytest.mark.parametrize("point", ["before-commit", "after-publish", "after-commit"])
async def test_the_relay_dies(playing: Scene, point: str) -> None:
    relay = playing.play("relay", die_at=point)
    playing.play("hearer")

    await playing.announce(2000)
    await playing.until_settled()

    counts = await playing.counts()
    assert relay.deaths == 1
    assert whole(counts), counts
    assert counts.applied == 2000


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "before-offset-commit", "after-offset-commit"])
async def test_the_hearer_dies(playing: Scene, point: str) -> None:
    playing.play("relay")
    hearer = playing.play("hearer", die_at=point, on=4)

    await playing.announce(2000)
    await playing.until_settled()

    counts = await playing.counts()
    assert hearer.deaths == 1
    assert whole(counts), counts
    assert counts.applied == 2000
