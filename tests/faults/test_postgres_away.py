"""PostgreSQL ends in the middle of writes and is started again: whatever was acknowledged is there."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.faults.mortal import MortalPostgres
from tests.faults.scene import Scene, scene, whole
from tests.faults.table import Row

pytestmark = pytest.mark.kafka


@pytest.fixture
async def playing(
    mortal_postgres: MortalPostgres, kafka: str, topic_prefix: str, issuer: str, noted: Callable[[Row], None]
) -> AsyncGenerator[Scene]:
    async with scene(mortal_postgres.databases, kafka, topic_prefix, issuer, noted) as ready:
        yield ready
        mortal_postgres.start()


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        (signal.SIGQUIT, "PostgreSQL stopped three times, once for 10 s"),
        (signal.SIGKILL, "PostgreSQL killed three times, once away 10 s"),
    ],
)
async def test_postgres_ends_three_times_during_writes(
    playing: Scene, mortal_postgres: MortalPostgres, how: signal.Signals, fault: str
) -> None:
    playing.play("relay")
    playing.play("hearer")
    writers = asyncio.gather(*(playing.announce_steadily(seconds=19, a_second=60) for _ in range(4)))

    for away_seconds in (0, 10, 0):
        await asyncio.sleep(2)
        await asyncio.to_thread(mortal_postgres.end, how)
        await asyncio.sleep(away_seconds)
        await asyncio.to_thread(mortal_postgres.start)
    await writers
    counts = await playing.recovered(fault)

    assert whole(counts), counts
    assert len(playing.acknowledged) > 300
