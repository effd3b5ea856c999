"""What waits for somebody: a list of a service, the oldest first, as the home page of whoever may ask shows it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .names import with_names
from .services.operations import Operation
from .visit import Visit

SHOWN = 5
"""Of each queue, on the home page."""
MOST = 200
"""Entries that a service gives at once, if asked for so many."""


@dataclass(frozen=True)
class QueueLine:
    """One thing that waits: what it is called, where its page is, and since when it waits."""

    text: str
    path: str
    since: str | None = None


@dataclass(frozen=True)
class Queue:
    """A list that somebody works from."""

    key: str
    """Of its words: `hub.waiting` has a `title`, and says with `none` that nothing waits."""
    operation: Operation
    line: Callable[[dict[str, Any]], QueueLine]
    path: str
    """Where the whole list is."""
    query: Mapping[str, Any]
    roles: frozenset[str] | None = None
    """Whose work it is, of those who may ask for it; everybody's, if not said."""
    keep: Callable[[dict[str, Any]], bool] | None = None
    """Which of it waits, of a list that its service neither counts nor puts the oldest first: it is read whole."""
    read: Callable[[Visit], Awaitable[list[dict[str, Any]]]] | None = None
    """What waits, where it is no one list of one service."""
    also: tuple[Operation, ...] = ()
    """What that asks besides."""

    def is_for(self, roles: frozenset[str]) -> bool:
        """Whether it is the work of somebody with these roles."""
        return bool(roles & self.operation.roles & (self.roles or roles))


@dataclass(frozen=True)
class ShownQueue:
    """A queue as it is now; without lines where its service is away."""

    queue: Queue
    count: int | None
    lines: list[QueueLine]


async def shown_queues(visit: Visit, queues: tuple[Queue, ...]) -> list[ShownQueue]:
    """Every queue of the visitor's, asked for side by side."""

    async def shown(queue: Queue) -> ShownQueue:
        waiting = await visit.if_up(_waiting(visit, queue))
        if waiting is None:
            return ShownQueue(queue, None, [])
        count, entries = waiting
        await with_names(visit, entries)
        return ShownQueue(queue, count, [queue.line(entry) for entry in entries])

    return await visit.together(*(shown(queue) for queue in queues if queue.is_for(visit.visitor.roles)))


async def _waiting(visit: Visit, queue: Queue) -> tuple[int, list[dict[str, Any]]]:
    """How many wait, and the oldest of them."""
    if queue.read is not None:
        entries = await queue.read(visit)
        return len(entries), entries[:SHOWN]
    if queue.keep is None:
        reply = await visit.ask(queue.operation, **queue.query, limit=SHOWN, count=True)
        return reply["count"], reply.entries
    entries = list(filter(queue.keep, await whole_list(visit, queue.operation, **queue.query)))
    return len(entries), entries[::-1][:SHOWN]


async def whole_list(visit: Visit, operation: Operation, **query: Any) -> list[dict[str, Any]]:
    """Every entry of a list that is known to be short, page by page."""
    reply = await visit.ask(operation, **query)
    entries = reply.entries
    while reply.get("next") is not None:
        reply = await visit.ask(operation, **query, cursor=reply["next"])
        entries += reply.entries
    return entries
