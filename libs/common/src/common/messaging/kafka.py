"""Kafka, as it is connected to, and as its messages are read: of each a record, handed to `hearing`.

What is sent is put together in `relay`; nobody else knows Kafka.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import aiokafka  # pyright: ignore[reportMissingTypeStubs]
import structlog
from aiokafka.admin import AIOKafkaAdminClient  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.errors import CommitFailedError, KafkaError  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.partitioner import DefaultPartitioner  # pyright: ignore[reportMissingTypeStubs]

from common.streams.records import FORMS, MOST_BYTES, Record, UnreadableEvent

from .backlog import backlog
from .relay import KafkaPublisher, Partitioner

log = structlog.get_logger()

BATCH_BYTES = 512 * 1024
FETCH_WAIT_MS = 500
"""Of a broker that answers a waiting fetch as soon as something comes, as Apache Kafka does."""
IDLE_FETCH_WAIT_MS = 160
"""Of one that does not, once nothing has come for a while."""
PARTITION: Partitioner = DefaultPartitioner()
"""By key, as every Kafka client does it."""


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
            yield KafkaPublisher(producer, source, PARTITION, prefix, waiting, public_url)
    finally:
        await producer.stop()


def record_in(topic: str, headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Record:
    """Read a Kafka message; whoever may write to a topic may write anything, so nothing of it is trusted.

    Raises:
        UnreadableEvent: a header that places the event in its stream is missing or malformed, or the body too large.
    """
    if value and len(value) > MOST_BYTES:
        raise UnreadableEvent("too-large", f"A message on {topic} has {len(value)} bytes.")
    try:
        fields = {name: content.decode() for name, content in headers}
        if wrong := [name for name, form in FORMS.items() if name in fields and not form.fullmatch(fields[name])]:
            raise ValueError(f"{wrong[0]} is malformed")
        return Record(
            topic=topic,
            subject=fields["ce_subject"],
            sequence=int(fields["ce_sequence"]),
            event_id=UUID(fields["ce_id"]),
            type=fields["ce_type"],
            schema_version=int(fields["schema_version"]),
            body=(value or b"").decode(),
            headers={name: fields[name] for name in ("traceparent", "tracestate") if name in fields},
            programme_id=fields["programme_id"],
            hash=fields.get("hash"),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableEvent("no-place-in-a-stream", f"A message on {topic} has no usable headers.") from error


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
                    records.append(record_in(topic, message.headers, message.value))
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
