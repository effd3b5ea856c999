"""A second member comes and goes every two seconds; nobody applies what the other has, and nobody dies of it."""

import pytest

from tests.faults.often import often
from tests.faults.scene import Scene, whole

pytestmark = pytest.mark.kafka


async def test_a_group_that_is_rebalanced_every_two_seconds_under_load(playing: Scene) -> None:
    playing.play("relay")
    hearer = playing.play("hearer", joins_every=2)

    seconds = often(10, 300)
    await playing.announce_steadily(seconds)
    counts = await playing.recovered(f"R13 group rebalanced every 2 s for {seconds} s", seconds // 2)

    assert hearer.deaths == 0
    assert whole(counts), counts
