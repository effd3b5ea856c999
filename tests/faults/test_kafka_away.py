"""Kafka stops, forgets everything or moves house; announcing never notices, and what it lost the feed still has."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiokafka  # pyright: ignore[reportMissingTypeStubs]
import pytest
from sqlalchemy import text

from common.contracts.audits import HubAuditCheckpointed
from common.contracts.referrals import DropInRecorded
from common.messaging.kafka import strangers
from common.messaging.reactions import Reaction
from common.settings import WorkerSettings
from common.transaction import Transaction
from common.worker import work
from embedded import broker as in_process
from tests.faults.actors import write_line_unless
from tests.faults.often import often
from tests.faults.scene import Scene, scene, whole
from tests.faults.table import Row
from tests.parts.eventually import eventually
from tests.parts.kafka import Kafka
from tests.parts.postgres import Database, Databases

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


async def test_kafka_stops_and_announcing_goes_on(playing: Scene, mortal_kafka: Kafka) -> None:
    await begun(playing)

    await asyncio.to_thread(mortal_kafka.stop)
    seconds = often(15, 60)
    await playing.announce_steadily(seconds, a_second=100)
    away = await playing.counts()
    await asyncio.to_thread(mortal_kafka.start)
    await playing.announce(200)
    counts = await playing.recovered(f"R4 Kafka stopped {seconds} s under load")

    assert away.announced > 50 * seconds
    assert not away.reconciled
    assert whole(counts), counts


async def test_workers_that_start_without_kafka_number_seal_and_heal_and_join_it_when_it_comes(
    playing: Scene, mortal_kafka: Kafka, tmp_path: Path
) -> None:
    await asyncio.to_thread(mortal_kafka.stop)
    async with asyncio.TaskGroup() as processes:
        hub, claims = (
            processes.create_task(work(name, told_of(playing, database, tmp_path), reactions, tells=tells))
            for name, database, reactions, tells in (
                ("referral_hub", playing.hub, [], HubAuditCheckpointed),
                ("claims", playing.claims, [Reaction(DropInRecorded, write_line)], None),
            )
        )
        await playing.announce(200)
        await eventually(lambda: healed(playing, 200))
        await eventually(lambda: sealed(playing))
        published_without_kafka = await playing.drained()
        await asyncio.to_thread(mortal_kafka.start)
        await playing.announce(200)
        counts = await playing.recovered("R4 workers started while Kafka was away")
        alive = [not task.done() for task in (hub, claims)]
        for task in (hub, claims):
            task.cancel()

    assert not published_without_kafka
    assert whole(counts), counts
    assert (counts.applied, alive) == (400, [True, True])


async def write_line(tx: Transaction, heard: DropInRecorded) -> None:
    """An effect that the audit keeps."""
    await write_line_unless(())(tx, heard)
    tx.touched(heard.subject)


def told_of(playing: Scene, database: Database, folder: Path) -> WorkerSettings:
    told: dict[str, Any] = {
        "environment": "development",
        "database_url": database.url("worker"),
        "kafka_bootstrap": playing.kafka,
        "topic_prefix": playing.prefix,
        "issuer_url": playing.issuer,
        "jwks_url": f"{playing.issuer}/jwks.json",
        "service_client_id": database.service.replace("_", "-"),
        "service_client_secret": f"{database.service.replace('_', '-')}-secret",
        "feeds": {"referrals": playing.feed},
        "data_dir": folder,
    }
    return WorkerSettings(**told)


async def healed(playing: Scene, lines: int) -> bool:
    return await playing.applied() >= lines


async def sealed(playing: Scene) -> bool:
    """Whether the audit of what claims heard is bound."""
    async with playing.hearing.begin() as session:
        left = text("select exists (select from audit) and not exists (select from audit_unsealed)")
        return bool(await session.scalar(left))


async def test_kafka_forgets_everything_under_running_hearers(playing: Scene, mortal_kafka: Kafka) -> None:
    await begun(playing)

    playing.actors["hearer"].signal(signal.SIGSTOP)
    await playing.announce(300)
    await eventually(playing.drained)
    await asyncio.to_thread(mortal_kafka.wipe)
    playing.actors["hearer"].signal(signal.SIGCONT)
    await playing.announce(300)
    counts = await playing.recovered("R12 Kafka's log wiped under running hearers")

    assert whole(counts), counts
    assert counts.applied == 1000


async def test_topics_are_deleted_and_made_again_under_running_hearers(playing: Scene, mortal_kafka: Kafka) -> None:
    await begun(playing)
    topic = f"{playing.prefix}referrals"

    await asyncio.to_thread(mortal_kafka.recreate, topic)
    await playing.announce(600)
    counts = await playing.recovered("R12 topic deleted and made again")

    assert whole(counts), counts
    assert counts.applied == 1000


async def test_the_in_process_broker_comes_back_empty_on_another_port(
    databases: Databases, topic_prefix: str, issuer: str, noted: Callable[[Row], None]
) -> None:
    with ExitStack() as first:
        broker = first.enter_context(in_process.running())
        async with scene(databases, broker.bootstrap, topic_prefix, issuer, noted) as playing:
            await begun(playing)

            first.close()
            await playing.announce(300)
            with in_process.running() as second:
                for part in ("relay", "hearer"):
                    playing.actors[part].end()
                playing.kafka = second.bootstrap
                playing.play("relay")
                playing.play("hearer")
                await playing.announce(300)
                counts = await playing.recovered("R12 in-process broker gone, a new one on another port")

    assert second.bootstrap != broker.bootstrap
    assert whole(counts), counts
    assert counts.applied == 1000


async def test_a_stranger_in_the_hearers_group_is_named_and_what_it_swallowed_is_healed(
    playing: Scene, mortal_kafka: Kafka
) -> None:
    await begun(playing)
    topic, group = f"{playing.prefix}referrals", f"{playing.prefix}claims"
    swallowing: Any = aiokafka.AIOKafkaConsumer(
        topic, bootstrap_servers=playing.kafka, group_id=group, client_id="a-council", auto_offset_reset="earliest"
    )
    async with swallowing:
        await eventually(lambda: shares(swallowing, topic))
        assert await strangers(playing.kafka, "claims", playing.prefix) == ["a-council"]
        await playing.announce(600)
        counts = await playing.recovered("R13 a stranger in the hearer's group", within=120)

    assert whole(counts), counts
    await eventually(lambda: nobody_strange(playing))


async def shares(consumer: Any, topic: str) -> bool:
    """Whether some of the topic's partitions are its own now; what it reads it keeps to itself."""
    await consumer.getmany(timeout_ms=100)
    return 0 < len(consumer.assignment()) < len(consumer.partitions_for_topic(topic) or ())


async def nobody_strange(playing: Scene) -> bool:
    return await strangers(playing.kafka, "claims", playing.prefix) == []


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
    counts = await playing.recovered("R4 Kafka moved, workers restarted")

    assert whole(counts), counts
