"""The same delivery over a broker: the in-process one everywhere, and Apache Kafka itself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from common.ids import new_id
from common.messaging.hearing import Hearer
from common.messaging.kafka import KafkaInlet, listening, publishing
from common.messaging.relay import relay_once
from tests.common.messaging.parts import Town, a_fact
from tests.parts.eventually import eventually


@pytest.fixture(params=["in-process", pytest.param("apache", marks=pytest.mark.kafka)])
def bootstrap(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("broker" if request.param == "in-process" else "kafka")


@asynccontextmanager
async def hearing(hearer: Hearer, bootstrap: str, prefix: str) -> AsyncGenerator[KafkaInlet]:
    async with listening(bootstrap, "claims", hearer.topics, prefix) as inlet:
        task = asyncio.create_task(hearer.listen_forever(inlet))
        try:
            yield inlet
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until_lines(delivery: Town, count: int) -> None:
    async def enough() -> bool:
        return len(await delivery.lines()) >= count

    await eventually(enough)


async def relay_all(delivery: Town, bootstrap: str, prefix: str) -> None:
    async with publishing(bootstrap, "referral-hub", prefix) as publisher:
        while await relay_once(delivery.announcer, publisher, most=300):
            pass


async def test_every_event_arrives_once_and_in_its_streams_order(
    delivery: Town, bootstrap: str, topic_prefix: str
) -> None:
    people = [new_id() for _ in range(50)]
    announced = [a_fact(person) for _ in range(20) for person in people]
    for start in range(0, len(announced), 100):
        await delivery.announce(*announced[start : start + 100])

    await relay_all(delivery, bootstrap, topic_prefix)
    async with hearing(delivery.hearer(), bootstrap, topic_prefix):
        await until_lines(delivery, len(announced))

    heard = await delivery.lines()
    by_person = {event.event_id: event.participant_id for event in announced}
    for person in people:
        mine = [event.event_id for event in announced if event.participant_id == person]
        assert [line for line in heard if by_person[line] == person] == mine


async def test_a_batch_published_twice_is_applied_once(delivery: Town, bootstrap: str, topic_prefix: str) -> None:
    await delivery.announce(*(a_fact() for _ in range(30)))
    await delivery.relay()
    async with publishing(bootstrap, "referral-hub", topic_prefix) as publisher:
        await publisher.publish(delivery.published)
        await publisher.publish(delivery.published)

    last = a_fact()
    await delivery.announce(last)
    await relay_all(delivery, bootstrap, topic_prefix)
    async with hearing(delivery.hearer(), bootstrap, topic_prefix):
        await until_lines(delivery, 31)

    assert len(await delivery.lines()) == 31


async def test_a_hearer_that_ends_goes_on_where_it_committed(delivery: Town, bootstrap: str, topic_prefix: str) -> None:
    await delivery.announce(*(a_fact() for _ in range(10)))
    await relay_all(delivery, bootstrap, topic_prefix)
    async with hearing(delivery.hearer(), bootstrap, topic_prefix):
        await until_lines(delivery, 10)

    await delivery.announce(*(a_fact() for _ in range(10)))
    await relay_all(delivery, bootstrap, topic_prefix)
    async with hearing(delivery.hearer(), bootstrap, topic_prefix):
        await until_lines(delivery, 20)

    assert delivery.calls == 20
