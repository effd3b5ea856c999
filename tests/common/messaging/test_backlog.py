"""The in-process broker forgets past 5 MiB a partition; the relay stays close enough that nothing is dropped."""

import asyncio

import pytest

from common.ids import new_id
from common.messaging.kafka import listening, publishing
from common.messaging.relay import NumberedRecord
from common.streams.records import Record

BATCHES, EACH, BYTES = 40, 10, 20_000


def batch(number: int) -> list[NumberedRecord]:
    """Ten large records of one stream, so of one partition."""
    return [
        NumberedRecord(
            seq,
            Record("referrals", "participant/one", seq, new_id(), "DropInRecorded", 1, "x" * BYTES, {}, "kbop"),
            "2019-09-02T09:00:00Z",
        )
        for seq in range(number * EACH + 1, (number + 1) * EACH + 1)
    ]


@pytest.mark.parametrize(("waits_for", "nothing_is_lost"), [(("claims",), True), ((), False)])
async def test_a_relay_that_waits_for_its_hearer_loses_nothing_and_one_that_does_not_would(
    broker: str, topic_prefix: str, waits_for: tuple[str, ...], nothing_is_lost: bool
) -> None:
    heard: list[int] = []
    first = asyncio.Event()

    async def publish() -> None:
        async with publishing(broker, "referral-hub", topic_prefix, waits_for) as publisher:
            for number in range(BATCHES):
                await publisher.publish(batch(number))
                first.set()

    async def hear(publisher: "asyncio.Task[None]") -> None:
        await first.wait()
        if not waits_for:
            await publisher
        async with listening(broker, "claims", ["referrals"], topic_prefix) as inlet:
            idle = 0
            while len(heard) < BATCHES * EACH and idle < 15:
                records = await inlet.read(most=20)
                heard.extend(record.sequence for record in records)
                await inlet.commit()
                idle = 0 if records else idle + 1

    publisher = asyncio.create_task(publish())
    await hear(publisher)
    await publisher

    assert (sorted(set(heard)) == list(range(1, BATCHES * EACH + 1))) is nothing_is_lost
