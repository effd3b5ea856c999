"""Mixed faults, seed by seed: two here, twenty by `make soak SEEDS=20`, and one again by `make soak SEED=7`."""

import os
from collections.abc import AsyncGenerator, Callable

import pytest

from tests.faults.mortal import MortalPostgres
from tests.faults.scene import scene, whole
from tests.faults.soak import Stage, soak
from tests.faults.table import Row
from tests.parts.issuer import Headers
from tests.parts.kafka import Kafka

pytestmark = pytest.mark.kafka
ONE = os.environ.get("SEED")
SEEDS = [int(ONE)] if ONE else list(range(int(os.environ.get("SEEDS") or 2)))


@pytest.fixture
async def stage(
    mortal_postgres: MortalPostgres, mortal_kafka: Kafka, topic_prefix: str, issuer: str, noted: Callable[[Row], None]
) -> AsyncGenerator[Stage]:
    async with scene(mortal_postgres.databases, mortal_kafka.bootstrap, topic_prefix, issuer, noted) as playing:
        yield Stage(playing, mortal_kafka, mortal_postgres)
        mortal_postgres.start()


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_a_seed_mixes_nothing_is_lost_or_done_twice(stage: Stage, hub: Headers, seed: int) -> None:
    try:
        counts = await soak(stage, hub, seed)

        assert whole(counts), counts
    except BaseException as error:
        error.add_note(f"Play it again: make soak SEED={seed}")
        raise
