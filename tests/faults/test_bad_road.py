"""Eight writers commit out of order, and their events arrive shuffled, one to five times, or, one in twenty, never."""

import asyncio

import pytest

from tests.faults.scene import Scene, whole

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("seed", range(3))
async def test_shuffled_repeated_and_lost_on_the_way(playing: Scene, seed: int) -> None:
    playing.play("relay", bad_road=seed)
    playing.play("hearer")

    await asyncio.gather(*(playing.announce_out_of_order(seed * 8 + writer) for writer in range(8)))
    counts = await playing.recovered(f"road shuffles, repeats and loses, seed {seed}")

    assert whole(counts), counts
    assert counts.announced == len(playing.acknowledged)


async def test_tails_that_no_successor_betrays_are_found_by_the_sweep(playing: Scene) -> None:
    relay = playing.play("relay")
    playing.play("hearer")
    await playing.announce(200)
    await playing.until_settled()

    relay.end()
    playing.play("relay", bad_road=0, loses=1)
    await playing.announce(len(playing.people))
    counts = await playing.recovered("the last of every stream lost on the way")

    assert whole(counts), counts
