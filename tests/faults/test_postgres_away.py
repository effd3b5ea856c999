"""PostgreSQL ends in the middle of writes and is started again: whatever was acknowledged is there."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.faults.mortal import MortalPostgres
from tests.faults.often import often
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


AWAY_SECONDS = (0, often(10, 30), *[0] * often(1, 18))
"""Each time."""


@pytest.mark.parametrize(
    ("how", "fault"), [(signal.SIGQUIT, "R5 PostgreSQL stopped"), (signal.SIGKILL, "R6 PostgreSQL killed")]
)
async def test_postgres_ends_again_and_again_during_writes(
    playing: Scene, mortal_postgres: MortalPostgres, how: signal.Signals, fault: str
) -> None:
    playing.play("relay")
    playing.play("hearer")
    seconds = sum(AWAY_SECONDS) + 3 * len(AWAY_SECONDS)
    writers = asyncio.gather(*(playing.announce_steadily(seconds, a_second=60) for _ in range(4)))

    for away_seconds in AWAY_SECONDS:
        await asyncio.sleep(2)
        await asyncio.to_thread(mortal_postgres.end, how)
        await asyncio.sleep(away_seconds)
        await asyncio.to_thread(mortal_postgres.start)
    await writers
    counts = await playing.recovered(f"{fault}, once away {max(AWAY_SECONDS)} s", len(AWAY_SECONDS))

    assert whole(counts), counts
    assert len(playing.acknowledged) > 300
