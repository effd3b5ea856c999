"""Kafka stops, forgets everything or moves house; announcing never notices, and what it lost the feed still has."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.faults.scene import Scene, scene, whole
from tests.faults.table import Row
from tests.parts.eventually import eventually
from tests.parts.kafka import Kafka
from tests.parts.postgres import Databases

pytestmark = pytest.mark.kafka


@pytest.fixture
async def playing(
    databases: Databases, mortal_kafka: Kafka, topic_prefix: str, issuer: str, noted: Callable[[Row], None]
) -> AsyncGenerator[Scene]:
    async with scene(databases, mortal_kafka.bootstrap, topic_prefix, issuer, noted) as ready:
        yield ready


async def begun(playing: Scene) -> None:
    """Wait until relay and hearer are at work."""
    playing.play("relay")
    playing.play("hearer")
    await playing.announce(400)

    async def at_work() -> bool:
        return await playing.applied() >= 200

    await eventually(at_work)


async def test_kafka_stops_for_some_seconds_and_announcing_goes_on(playing: Scene, mortal_kafka: Kafka) -> None:
    await begun(playing)

    await asyncio.to_thread(mortal_kafka.stop)
    await playing.announce_steadily(seconds=4)
    away = await playing.counts()
    await asyncio.to_thread(mortal_kafka.start)
    await playing.announce(200)
    counts = await playing.recovered("Kafka stopped under load")

    assert away.announced > 600
    assert whole(counts), counts


async def test_kafka_forgets_everything_under_running_hearers(playing: Scene, mortal_kafka: Kafka) -> None:
    await begun(playing)

    playing.actors["hearer"].signal(signal.SIGSTOP)
    await playing.announce(300)
    await eventually(playing.drained)
    await asyncio.to_thread(mortal_kafka.wipe)
    playing.actors["hearer"].signal(signal.SIGCONT)
    await playing.announce(300)
    counts = await playing.recovered("Kafka's log wiped")

    assert whole(counts), counts
    assert counts.applied == 1000


async def test_kafka_moves_to_another_port_and_the_workers_are_told(playing: Scene, mortal_kafka: Kafka) -> None:
    await begun(playing)

    announcing = asyncio.create_task(playing.announce_steadily(seconds=4))
    await asyncio.to_thread(mortal_kafka.move)
    for part in ("relay", "hearer"):
        playing.actors[part].end()
    playing.kafka = mortal_kafka.bootstrap
    playing.play("relay")
    playing.play("hearer")
    await announcing
    counts = await playing.recovered("Kafka moved, workers restarted")

    assert whole(counts), counts
