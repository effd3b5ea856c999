"""What the services say of delivery: stream heads, inboxes, and both compared."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from .addresses import HEARERS, Edge, edges
from .doors import Doors
from .reconciling import Announced, Heard, Tally, reconcile


async def reconcile_every_edge(doors: Doors, now: datetime) -> dict[Edge, Tally]:
    """Compare every edge; `now` is the machine's, to tell what is still on its way."""
    return {edge: await reconcile_edge(doors, edge, now) for edge in edges()}


async def reconcile_edge(doors: Doors, edge: Edge, now: datetime) -> Tally:
    """Compare one edge: first what was heard, then what was announced.

    Raises:
        Refused: a service does not let the asker look.
        httpx.HTTPError: a service did not answer.
    """
    heard = [_heard(item) async for item in doors.pages(edge.hearer, "/v1/inbox", topic=edge.topic)]
    announced = [_announced(item) async for item in doors.pages(edge.announcer, "/v1/streams", topic=edge.topic)]
    return reconcile(announced, heard, now)


async def heard_streams(doors: Doors, state: str | None) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Every service's streams in a state, or all: the service, and what its inbox says."""
    for hearer, topics in HEARERS.items():
        for topic in topics:
            async for item in doors.pages(hearer, "/v1/inbox", topic=topic, state=state):
                yield hearer, item


def _announced(item: dict[str, Any]) -> Announced:
    announced_at = datetime.fromisoformat(item["announced_at"])
    return Announced(item["subject"], item["last_sequence"], item["event_id"], announced_at)


def _heard(item: dict[str, Any]) -> Heard:
    return Heard(
        subject=item["subject"],
        last_sequence=item["last_sequence"],
        last_event=item["last_event"],
        heard_sequence=item["heard_sequence"],
        skipped=item["skipped"],
        baseline=item["baseline"],
        state=item["state"],
    )
