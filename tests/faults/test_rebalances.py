"""A second member comes and goes every two seconds; nobody applies what the other has, and nobody dies of it."""

import pytest

from tests.faults.scene import Scene, whole

pytestmark = pytest.mark.kafka


async def test_a_group_that_is_rebalanced_every_two_seconds_under_load(playing: Scene) -> None:
    playing.play("relay")
    hearer = playing.play("hearer", joins_every=2)

    await playing.announce_steadily(seconds=18)
    counts = await playing.recovered("group rebalanced every 2 s")

    assert hearer.deaths == 0
    assert whole(counts), counts
