"""Embedded only: the in-process broker drops what is past 5 MiB a partition without a word, so the relay stays close to
its slowest hearer. What is lost all the same, a hearer's sweep finds in the feed."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import TopicPartition  # pyright: ignore[reportMissingTypeStubs]
from aiokafka.admin import AIOKafkaAdminClient  # pyright: ignore[reportMissingTypeStubs]

log = structlog.get_logger()

MOST_BYTES = 2 * 1024 * 1024
PATIENCE_SECONDS = 15.0
"""A hearer that is away this long heals itself; the others do not wait for it."""

Place = tuple[str, int]
"""Topic and partition."""


class Backlog:
    """How many bytes of each partition the slowest hearer has not committed."""

    def __init__(self, admin: Any, groups: Sequence[str]) -> None:
        self._admin = admin
        self._groups = groups
        self._sent: dict[Place, deque[tuple[int, int]]] = defaultdict(deque)

    def add(self, place: Place, last_offset: int, size: int) -> None:
        """Remember a published batch by its last offset and its bytes."""
        self._sent[place].append((last_offset, size))

    async def room(self, place: Place) -> None:
        """Wait until a partition has room, or patience ends."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self._waiting(place) > MOST_BYTES:
                    await self._forget_committed(place)
                    if self._waiting(place) > MOST_BYTES:
                        await asyncio.sleep(0.2)
        except TimeoutError:
            log.warning("relay.hearer_is_away", topic=place[0])
            self._sent[place].clear()

    def _waiting(self, place: Place) -> int:
        return sum(size for _, size in self._sent[place])

    async def _forget_committed(self, place: Place) -> None:
        where = TopicPartition(*place)
        marks: list[int] = []
        for group in self._groups:
            offsets = await self._admin.list_consumer_group_offsets(group, partitions=[where])
            marks.append(offsets[where].offset if where in offsets else -1)
        slowest = min(marks, default=-1)
        while self._sent[place] and self._sent[place][0][0] < slowest:
            self._sent[place].popleft()


@asynccontextmanager
async def backlog(bootstrap: str, groups: Sequence[str]) -> AsyncGenerator[Backlog | None]:
    """The backlog of these groups, or none when no group is to be waited for."""
    if not groups:
        yield None
        return
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        yield Backlog(admin, groups)
    finally:
        await admin.close()
