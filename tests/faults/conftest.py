"""A scene for each fault; brokers and servers that may be killed are one a worker, and run again after each test."""

from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial

import pytest

from tests.faults.mortal import MortalPostgres, mortal_postgres_in
from tests.faults.scene import Scene, scene
from tests.faults.table import Row, note
from tests.parts.issuer import Headers, SignedIn
from tests.parts.kafka import Kafka, kafka_in, why_no_kafka
from tests.parts.postgres import Databases
from tests.parts.shared import run_folder


@pytest.fixture
def noted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Row], None]:
    """Puts a row into the table of faults."""
    return partial(note, run_folder(tmp_path_factory))


@pytest.fixture
async def hub(signed_in: SignedIn) -> Headers:
    return await signed_in("hub-1")


@pytest.fixture
async def playing(
    databases: Databases, kafka: str, topic_prefix: str, issuer: str, noted: Callable[[Row], None]
) -> AsyncGenerator[Scene]:
    async with scene(databases, kafka, topic_prefix, issuer, noted) as ready:
        yield ready


@pytest.fixture(scope="session")
def kept_kafka(tmp_path_factory: pytest.TempPathFactory) -> Generator[Kafka]:
    if reason := why_no_kafka():
        pytest.skip(reason)
    with kafka_in(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def mortal_kafka(kept_kafka: Kafka) -> Generator[Kafka]:
    """A Kafka to be stopped, wiped and moved."""
    yield kept_kafka
    if kept_kafka.process is None:
        kept_kafka.start()


@pytest.fixture(scope="session")
def kept_postgres(tmp_path_factory: pytest.TempPathFactory) -> Generator[MortalPostgres]:
    with mortal_postgres_in(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def mortal_postgres(kept_postgres: MortalPostgres) -> Generator[MortalPostgres]:
    """A PostgreSQL to be killed."""
    yield kept_postgres
    kept_postgres.start()
