"""The relay: number what has committed, publish it in that order, move the mark after every acknowledgement.

It holds the lock on the one `relay` row for each batch; that lock is the leadership, so a frozen relay is replaced when
its transaction times out and cannot move anything on waking. It polls. If Kafka is away, numbering still commits, and
the feeds move on without it. `KafkaPublisher` is the last of us that holds an event: then it is in Kafka.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Sessions, glance
from common.database.repeating import repeat
from common.streams.records import Record

from .backlog import Backlog

log = structlog.get_logger()

UNNUMBERED = "select min(position) is not null from pending"
UNPUBLISHED = f"select numbered > published or ({UNNUMBERED}) from relay where id = 1"  # noqa: S608 - our own words
LEAD = text("select numbered, published from relay where id = 1 for update skip locked")
NUMBER = text("""
with taken as (
    delete from pending where position in (select position from pending order by position limit :most)
    returning position
), numbered as (
    insert into log (seq, position, programme_id, provider_id, topic)
    select :numbered + row_number() over (order by position), position, o.programme_id, o.provider_id, o.topic
    from taken join outbox o using (position)
    returning seq
)
update relay set
    waiting_since = case when numbered = published and exists (select from numbered) then clock_timestamp()
                         else waiting_since end,
    numbered = coalesce((select max(seq) from numbered), numbered)
where id = 1
""")
NEXT = text("""
select l.seq, o.topic, o.subject, o.sequence, o.event_id, o.type, o.schema_version, o.body, o.headers,
       o.programme_id, encode(o.hash, 'hex') as hash,
       to_char(o.occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred
from log l join outbox o using (position) where l.seq > :published order by l.seq limit :most
""")
MOVE = text("""
update relay set published = :seq, moved_at = clock_timestamp(), waiting_since = clock_timestamp() where id = 1
""")


Partitioner = Callable[[bytes, list[int], list[int]], int]
"""Which of a topic's partitions a key belongs to."""


@dataclass(frozen=True, slots=True)
class NumberedRecord:
    """A record in log order, ready to publish."""

    seq: int
    record: Record
    occurred_at: str


class Publisher(Protocol):
    """Publishes a batch in order and returns once every record is acknowledged by the broker."""

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        """Send a batch in its order; it returns only when the broker has acknowledged all of it."""
        ...


class KafkaPublisher:
    """Publishes batches with acks=all and an idempotent producer, in log order within each partition."""

    def __init__(
        self,
        producer: Any,
        source: str,
        partition: Partitioner,
        prefix: str = "",
        backlog: Backlog | None = None,
        public_url: str = "",
    ) -> None:
        self._producer = producer
        self._partition = partition
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
            groups[topic, self._partition(item.record.subject.encode(), partitions[topic], [])].append(item)
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


@dataclass(slots=True)
class NextBatch:
    """The batch that follows in the log after `seq`, read while the one before it was published."""

    seq: int = 0
    batch: Sequence[NumberedRecord] = ()


async def relay_once(sessions: Sessions, publisher: Publisher, most: int = 2000, ahead: NextBatch | None = None) -> int:
    """Number and publish one batch; returns how many records were published (0 also when another relay leads).

    What follows a full batch is read meanwhile, and kept in `ahead` until the next time.

    Raises:
        whatever the publisher raises; the mark then stays, and the batch is published again: duplicates, never loss.
    """
    ahead = ahead or NextBatch()
    failure: BaseException | None = None
    async with sessions.begin() as session:
        leading = (await session.execute(LEAD)).one_or_none()
        if leading is None:
            return 0
        await session.execute(NUMBER, {"numbered": leading.numbered, "most": most})
        batch = ahead.batch if ahead.seq == leading.published else ()
        batch = batch or await _following(session, leading.published, most)
        ahead.batch = ()
        if batch:
            last = batch[-1].seq
            read_ahead = _following(session, last, most) if len(batch) == most else asyncio.sleep(0, ())
            failure, following = await asyncio.gather(publisher.publish(batch), read_ahead, return_exceptions=True)
            if isinstance(following, BaseException):
                raise following
            if failure is None:
                await session.execute(MOVE, {"seq": last})
                ahead.seq, ahead.batch = last, following
    if failure:
        raise failure
    return len(batch)


async def _following(session: AsyncSession, seq: int, most: int) -> Sequence[NumberedRecord]:
    rows = await session.execute(NEXT, {"published": seq, "most": most})
    return [_numbered(row) for row in rows.mappings()]


async def number_forever(sessions: Sessions, pause: float = 1.0, most: int = 2000) -> None:
    """Number what has committed while nobody publishes, so that the feeds move on, until cancelled."""

    async def number() -> None:
        if await glance(sessions, UNNUMBERED):
            async with sessions.begin() as session:
                leading = (await session.execute(LEAD)).one_or_none()
                if leading is not None:
                    await session.execute(NUMBER, {"numbered": leading.numbered, "most": most})

    await repeat(number, "relay.numbering_waits", pause)


async def relay_forever(
    sessions: Sessions, publisher: Publisher, pause: float = 0.02, longest_pause: float = 0.1
) -> None:
    """Look and publish until cancelled. While nothing is announced it looks less and less often; after a failure it
    waits a little longer each time, up to 5 s."""
    failures, idle, ahead = 0, 0, NextBatch()
    while True:
        count = 0
        try:
            if await glance(sessions, UNPUBLISHED):
                count = await relay_once(sessions, publisher, ahead=ahead)
            failures, idle = 0, 0 if count else idle + 1
        except Exception as error:
            failures += 1
            log.warning("relay.failed", error=type(error).__name__, failures=failures)
        if failures:
            await asyncio.sleep(min(5.0, longest_pause * 2**failures))
        elif not count:
            await asyncio.sleep(min(longest_pause, pause * idle))


def _numbered(row: Any) -> NumberedRecord:
    record = Record(
        topic=row["topic"],
        subject=row["subject"],
        sequence=row["sequence"],
        event_id=row["event_id"],
        type=row["type"],
        schema_version=row["schema_version"],
        body=row["body"],
        headers=row["headers"],
        programme_id=row["programme_id"],
        hash=row["hash"],
    )
    return NumberedRecord(row["seq"], record, row["occurred"])
