"""Eight writers commit out of order, and their events arrive shuffled, one to five times, or, one in twenty, never."""

import asyncio

import pytest

from common.ids import new_id
from tests.faults.often import often
from tests.faults.scene import Scene, whole

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("seed", range(often(2, 3)))
async def test_shuffled_repeated_and_lost_on_the_way(playing: Scene, seed: int) -> None:
    """In full: 10,000 histories of some five events."""
    playing.people = [new_id() for _ in range(often(40, 10_000))]
    transactions = often(40, 2_600)
    playing.play("relay", bad_road=seed)
    playing.play("hearer")

    await asyncio.gather(*(playing.announce_out_of_order(seed * 8 + one, transactions) for one in range(8)))
    counts = await playing.recovered(f"R7 R8 R9 written out of order; road shuffles, repeats, loses; seed {seed}", 0)

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
    counts = await playing.recovered("R9 the last of every stream lost on the way", 0)

    assert whole(counts), counts
