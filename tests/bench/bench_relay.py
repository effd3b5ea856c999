"""Relay: PostgreSQL to Kafka, against the reading alone and the producing alone, in the same batches.

No relay can be faster than the slower of the two; ours reads the next batch while it awaits that one is acknowledged.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiokafka  # pyright: ignore[reportMissingTypeStubs]

from common.messaging.kafka import BATCH_BYTES, PARTITION, listening, publishing
from common.messaging.relay import LEAD, MOVE, NEXT, NUMBER, KafkaPublisher, NextBatch, NumberedRecord, relay_once
from common.streams.outbox import announce
from common.streams.records import Record
from tests.bench.ground import Ground, Place, place, positional
from tests.bench.measuring import Comparison, Stopwatch, one_after_the_other, slowest, take_turns
from tests.common.messaging.parts import a_fact

EVENTS, STREAMS, MOST = 20_000, 2_000, 2_000
PATIENCE_SECONDS = 60
"""For an event that was published and does not come."""
SOURCE, TOPIC = "referral-hub", "referrals"
PENDING_AGAIN = """
truncate log, pending;
insert into pending (position) select position from outbox order by position;
update relay set numbered = 0, published = 0
"""
MARKS = "select array[numbered, published, (select count(*) from log), (select count(*) from pending)] from relay"
Groups = dict[int, list[NumberedRecord]]
"""By partition."""


@dataclass(slots=True)
class Taken:
    """A publisher that keeps what it is given."""

    batches: list[list[NumberedRecord]] = field(default_factory=list[list[NumberedRecord]])

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        self.batches.append(list(batch))


async def measure(ground: Ground) -> list[Comparison]:
    if ground.kafka is None:
        return []
    async with AsyncExitStack() as stack:
        database = stack.enter_context(ground.databases.clone(SOURCE))
        here = await stack.enter_async_context(place(database))
        publisher = await stack.enter_async_context(publishing(ground.kafka, SOURCE, "ours."))
        producer = await stack.enter_async_context(_producer(ground.kafka))
        return await _measured(Relay(here, ground.kafka, publisher, producer, await _announced(here)))


@dataclass(frozen=True, slots=True)
class Relay:
    """The three that take turns over the same committed events."""

    here: Place
    kafka: str
    publisher: KafkaPublisher
    producer: Any
    batches: Sequence[Sequence[NumberedRecord]]

    async def relayed(self) -> float:
        await self.here.bare.execute(PENDING_AGAIN)
        ahead = NextBatch()
        with Stopwatch() as watch:
            while await relay_once(self.here.sessions, self.publisher, MOST, ahead):
                pass
        assert await self.here.bare.fetchval(MARKS) == [EVENTS, EVENTS, EVENTS, 0]
        await self.check_topic("ours.")
        return watch.seconds

    async def read(self) -> float:
        """Number, read and move the mark with the bare driver, and publish nothing."""
        await self.here.bare.execute(PENDING_AGAIN)
        with Stopwatch() as watch:
            while await self._read_a_batch():
                pass
        assert await self.here.bare.fetchval(MARKS) == [EVENTS, EVENTS, EVENTS, 0]
        return watch.seconds

    async def _read_a_batch(self) -> int:
        bare = self.here.bare
        async with bare.transaction():
            [lead] = await bare.fetch(*positional(LEAD))
            await bare.execute(*positional(NUMBER, numbered=lead["numbered"], most=MOST))
            found = await bare.fetch(*positional(NEXT, published=lead["published"], most=MOST))
            if found:
                await bare.execute(*positional(MOVE, seq=found[-1]["seq"]))
        return len(found)

    async def produced(self) -> float:
        """Send the same batches, built before, and await every acknowledgement before the next."""
        topic = f"floor.{TOPIC}"
        partitions = sorted(await self.producer.partitions_for(topic))
        prepared = [self._built(batch, partitions) for batch in self.batches]
        with Stopwatch() as watch:
            for builders in prepared:
                sent = [await self.producer.send_batch(b, topic, partition=where) for where, b in builders]
                for acknowledged in sent:
                    await acknowledged
        await self.check_topic("floor.")
        return watch.seconds

    def _built(self, batch: Sequence[NumberedRecord], partitions: list[int]) -> list[tuple[int, Any]]:
        groups: Groups = defaultdict(list)
        for item in batch:
            groups[PARTITION(item.record.subject.encode(), partitions, [])].append(item)
        return [(partition, builder) for partition, items in groups.items() for builder in self._builders(items)]

    def _builders(self, items: Sequence[NumberedRecord]) -> list[Any]:
        builders = [self.producer.create_batch()]
        for item in items:
            while _append(builders[-1], item) is None:
                builders.append(self.producer.create_batch())
        return builders

    async def check_topic(self, prefix: str) -> None:
        """What this lap published is every event once, each stream in order, and whole."""
        heard: list[Record] = []
        async with listening(self.kafka, "check", [TOPIC], prefix) as inlet:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while len(heard) < EVENTS:
                        heard += await inlet.read(most=5_000)
            heard += await inlet.read()
            await inlet.commit()
        assert _by_stream(heard) == _by_stream([item.record for batch in self.batches for item in batch])


async def _measured(relay: Relay) -> list[Comparison]:
    taken = await take_turns({"relayed": relay.relayed, "read": relay.read, "produced": relay.produced})
    ours, read, produced = taken["relayed"], taken["read"], taken["produced"]
    what = f"relay, {MOST:,} events a batch"
    return [
        Comparison(what, "reading alone, bare driver", EVENTS, "events", ours, read),
        Comparison(what, "producing alone, batches prepared", EVENTS, "events", ours, produced),
        Comparison(what, "the slower of the two", EVENTS, "events", ours, slowest(read, produced)),
        Comparison(what, "one after the other", EVENTS, "events", ours, one_after_the_other(read, produced)),
    ]


async def _announced(here: Place) -> list[list[NumberedRecord]]:
    """Commit the events, and answer them as the relay will read them, batch by batch."""
    people = [a_fact().participant_id for _ in range(STREAMS)]
    for start in range(0, EVENTS, 1_000):
        async with here.sessions.begin() as session:
            await announce(session, [a_fact(people[n % STREAMS]) for n in range(start, start + 1_000)])
    await here.bare.execute("vacuum analyze outbox")
    taken = Taken()
    while await relay_once(here.sessions, taken, MOST):
        pass
    return taken.batches


def _producer(bootstrap: str) -> Any:
    return aiokafka.AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES, linger_ms=0
    )


def _append(builder: Any, item: NumberedRecord) -> Any:
    return builder.append(
        key=item.record.subject.encode(),
        value=item.record.body.encode(),
        timestamp=None,
        headers=item.record.kafka_headers(f"/{SOURCE}", item.occurred_at),
    )


def _by_stream(records: Sequence[Record]) -> dict[str, list[tuple[int, UUID, str]]]:
    """In the order they came, not sorted."""
    streams: dict[str, list[tuple[int, UUID, str]]] = defaultdict(list)
    for record in records:
        streams[record.subject].append((record.sequence, record.event_id, record.body))
    return streams
