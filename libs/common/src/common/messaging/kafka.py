"""The only module that knows Kafka."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import aiokafka  # pyright: ignore[reportMissingTypeStubs]
import structlog
from aiokafka.admin import AIOKafkaAdminClient  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.errors import CommitFailedError, KafkaError  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.partitioner import DefaultPartitioner  # pyright: ignore[reportMissingTypeStubs]

from common.streams.records import Record, UnreadableEvent

from .backlog import Backlog, backlog
from .relay import NumberedRecord

log = structlog.get_logger()

BATCH_BYTES = 512 * 1024
FETCH_WAIT_MS = 500
"""Of a broker that answers a waiting fetch as soon as something comes, as Apache Kafka does."""
IDLE_FETCH_WAIT_MS = 160
"""Of one that does not, once nothing has come for a while."""
PARTITION: Callable[[bytes, list[int], list[int]], int] = DefaultPartitioner()
"""By key, as every Kafka client does it."""


class KafkaPublisher:
    """Publishes batches with acks=all and an idempotent producer, in log order within each partition."""

    def __init__(
        self, producer: Any, source: str, prefix: str = "", backlog: Backlog | None = None, public_url: str = ""
    ) -> None:
        self._producer = producer
        self._source = source
        self._public_url = public_url
        self._prefix = prefix
        self._backlog = backlog

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        """Send a batch, each stream in its order, and return when all of it is acknowledged by every replica."""
        topics = {item.record.topic for item in batch}
        partitions = {topic: sorted(await self._producer.partitions_for(self._prefix + topic)) for topic in topics}
        groups: dict[tuple[str, int], list[NumberedRecord]] = defaultdict(list)
        for item in batch:
            topic = item.record.topic
            groups[topic, PARTITION(item.record.subject.encode(), partitions[topic], [])].append(item)
        await asyncio.gather(*(self._publish_group(*place, items) for place, items in groups.items()))

    async def _publish_group(self, topic: str, partition: int, items: Sequence[NumberedRecord]) -> None:
        deliveries: list[Any] = []
        builder = self._producer.create_batch()
        for item in items:
            if not self._append(builder, item):
                deliveries.append(await self._send(builder, self._prefix + topic, partition))
                builder = self._producer.create_batch()
                self._append(builder, item)
        deliveries.append(await self._send(builder, self._prefix + topic, partition))
        await asyncio.gather(*deliveries)

    async def _send(self, builder: Any, topic: str, partition: int) -> Any:
        if self._backlog is None or topic.startswith(f"{self._prefix}public."):
            return await self._producer.send_batch(builder, topic, partition=partition)
        await self._backlog.room((topic, partition))
        size, count = builder.size(), builder.record_count()
        delivery = await self._producer.send_batch(builder, topic, partition=partition)
        self._backlog.add((topic, partition), (await delivery).offset + count - 1, size)
        return delivery

    def _append(self, builder: Any, item: NumberedRecord) -> bool:
        """Add a record to a batch; false when the batch is full."""
        metadata = builder.append(
            key=item.record.subject.encode(),
            value=item.record.body.encode(),
            timestamp=None,
            headers=item.record.kafka_headers(self._source, item.occurred_at, self._public_url),
        )
        return metadata is not None


@asynccontextmanager
async def publishing(
    bootstrap: str, source: str, prefix: str = "", waits_for: Sequence[str] = (), public_url: str = ""
) -> AsyncGenerator[KafkaPublisher]:
    """A publisher connected to the broker, for the service `source`; `waits_for` are groups to stay close to.

    `public_url` is where others reach the service: events name their schemas there.
    """
    producer: Any = aiokafka.AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        client_id=f"{source}-relay",
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES,
        linger_ms=0,
        request_timeout_ms=10_000,
    )
    try:
        await producer.start()
        async with backlog(bootstrap, [prefix + group for group in waits_for]) as waiting:
            yield KafkaPublisher(producer, source, prefix, waiting, public_url)
    finally:
        await producer.stop()


class KafkaInlet:
    """Reads batches for one group; offsets move only when told, after the database.

    `wait_ms` is how long the broker keeps a fetch that finds nothing, while now and then something comes.
    """

    def __init__(self, consumer: Any, prefix: str = "", wait_ms: int = FETCH_WAIT_MS) -> None:
        self._consumer = consumer
        self._prefix = prefix
        self._wait_ms = wait_ms

    async def read(self, most: int = 500, wait_ms: int = 400) -> list[Record]:
        """The next records of all partitions; a message without a place in a stream is logged and left to the sweep."""
        batches = await self._consumer.getmany(timeout_ms=wait_ms, max_records=most)
        self._fetch_less_often_unless(bool(batches))
        records: list[Record] = []
        for messages in batches.values():
            for message in messages:
                topic = message.topic.removeprefix(self._prefix)
                try:
                    records.append(Record.from_kafka(topic, message.headers, message.value))
                except UnreadableEvent as error:
                    log.warning("hearing.unreadable", topic=topic, offset=message.offset, code=error.code)
        return records

    def _fetch_less_often_unless(self, something_came: bool) -> None:
        """Where nothing comes, a fetch is all that an idle hearer does; aiokafka lets nobody say so while it runs."""
        fetcher = self._consumer._fetcher
        longer = min(2 * fetcher._fetch_max_wait_ms, max(self._wait_ms, IDLE_FETCH_WAIT_MS))
        fetcher._fetch_max_wait_ms = self._wait_ms if something_came else longer

    async def commit(self) -> None:
        """Commit the offsets of everything read so far; if another member has the partitions by now, it reads again."""
        try:
            await self._consumer.commit()
        except CommitFailedError:
            log.info("hearing.replaced")


async def strangers(bootstrap: str, group: str, prefix: str = "") -> list[str]:
    """The client ids in a hearer's group that are not the hearer's own: each takes a share of its partitions.

    Raises:
        KafkaError: the broker did not answer, or cannot say (the in-process one).
    """
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        [answer] = await admin.describe_consumer_groups([prefix + group])
    finally:
        await admin.close()
    members = [member["client_id"] for each in answer.to_object()["groups"] for member in each["members"]]
    return sorted(set(members) - {client_of(group)})


async def watch_group(bootstrap: str, group: str, prefix: str = "", every_seconds: float = 60) -> None:
    """Say aloud, once a minute until cancelled, who reads in this hearer's group and is not this hearer.

    What a stranger swallows is lost to nobody, as the sweep fetches it, but late.
    """
    while True:
        try:
            if clients := await strangers(bootstrap, group, prefix):
                log.error("hearing.stranger_in_group", group=prefix + group, clients=clients)
        except (KafkaError, OSError, TimeoutError) as error:  # to say who reads is no reason to stop working
            log.debug("hearing.group_unknown", error=type(error).__name__)
        await asyncio.sleep(every_seconds)


T = TypeVar("T")


async def whenever_reached(
    reach: Callable[[], AbstractAsyncContextManager[T]], act: Callable[[T], Awaitable[None]], pause: float = 1.0
) -> None:
    """Reach the broker and act, and reach it again whenever it is lost, until cancelled.

    A broker that is away is no failure of whoever asks: what needs none goes on beside.
    """
    failures = 0
    while True:
        try:
            async with reach() as broker:
                log.info("broker.reached")
                failures = 0
                await act(broker)
        except (KafkaError, OSError, TimeoutError) as error:
            failures += 1
            log.warning("broker.away", error=type(error).__name__, failures=failures)
        await asyncio.sleep(min(10.0, pause * 2 ** min(failures, 4)))


def client_of(group: str) -> str:
    """The name by which a group's worker is known to the broker."""
    return f"{group}-worker"


@asynccontextmanager
async def listening(
    bootstrap: str, group: str, topics: Sequence[str], prefix: str = "", wait_ms: int = FETCH_WAIT_MS
) -> AsyncGenerator[KafkaInlet]:
    """An inlet for one consumer group over several topics, from the earliest on a first start.

    `wait_ms` is how long the broker keeps a fetch that finds nothing.
    """
    consumer: Any = aiokafka.AIOKafkaConsumer(
        *(prefix + topic for topic in topics),
        bootstrap_servers=bootstrap,
        group_id=prefix + group,
        client_id=client_of(group),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=wait_ms,
        max_partition_fetch_bytes=4 * 1024 * 1024,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=2_000,
        metadata_max_age_ms=10_000,
    )
    try:
        await consumer.start()
        yield KafkaInlet(consumer, prefix, wait_ms)
    finally:
        await consumer.stop()
