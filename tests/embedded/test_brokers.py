"""Both brokers speak Kafka; only the real one keeps what it acknowledged."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiokafka  # pyright: ignore[reportMissingTypeStubs]
import psutil
import pytest

from embedded import broker as in_process
from tests.parts.kafka import Kafka


@asynccontextmanager
async def started(client: Any) -> AsyncGenerator[Any]:
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


def producer(bootstrap: str) -> Any:
    return aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)


def consumer(bootstrap: str, topic: str) -> Any:
    return aiokafka.AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=f"{topic}.hearer", auto_offset_reset="earliest"
    )


async def publish(bootstrap: str, topic: str, values: list[bytes]) -> None:
    async with started(producer(bootstrap)) as client:
        for value in values:
            await client.send_and_wait(topic, value, key=b"participant/1")


async def heard(bootstrap: str, topic: str, count: int) -> list[bytes]:
    async with started(consumer(bootstrap, topic)) as client:
        return [(await client.getone()).value for _ in range(count)]


async def test_the_in_process_broker_gives_back_what_it_was_given(broker: str, topic_prefix: str) -> None:
    await publish(broker, f"{topic_prefix}cases", [b"1", b"2", b"3"])

    assert await heard(broker, f"{topic_prefix}cases", 3) == [b"1", b"2", b"3"]


async def test_the_in_process_broker_has_as_many_partitions_as_it_is_asked_for() -> None:
    with in_process.running(["cases"], partitions=3) as own:
        async with started(producer(own.bootstrap)) as client:
            assert await client.partitions_for("cases") == {0, 1, 2}


def test_the_in_process_broker_ends_with_its_user() -> None:
    with in_process.running() as own:
        process = psutil.Process(own.process.pid)

        assert process.ppid() == os.getpid()
    assert not process.is_running()


@pytest.mark.kafka
async def test_apache_kafka_gives_back_what_it_was_given(kafka: str, topic_prefix: str) -> None:
    await publish(kafka, f"{topic_prefix}cases", [b"1", b"2", b"3"])

    assert await heard(kafka, f"{topic_prefix}cases", 3) == [b"1", b"2", b"3"]


@pytest.mark.kafka
async def test_apache_kafka_keeps_what_it_acknowledged_through_kills_and_stops(own_kafka: Kafka) -> None:
    address = own_kafka.bootstrap
    await publish(address, "cases", [b"before the kill"])
    own_kafka.kill()
    own_kafka.start()
    await publish(address, "cases", [b"after the kill"])
    own_kafka.stop()
    own_kafka.start()

    assert await heard(address, "cases", 2) == [b"before the kill", b"after the kill"]


@pytest.mark.kafka
async def test_a_frozen_kafka_answers_again_when_thawed(own_kafka: Kafka) -> None:
    async with started(producer(own_kafka.bootstrap)) as client:
        await client.send_and_wait("cases", b"before", key=b"participant/1")
        own_kafka.freeze()
        waiting = await client.send("cases", b"frozen", key=b"participant/1")
        own_kafka.thaw()
        await waiting

    assert await heard(own_kafka.bootstrap, "cases", 2) == [b"before", b"frozen"]
