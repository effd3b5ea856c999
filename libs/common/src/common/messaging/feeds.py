"""Reading another service's announcements over HTTP: the outbox is the truth, Kafka the fast path."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from common.web.tokens import ServiceTokens

from .records import Record


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stood at one entry of the announcer's log."""

    seq: int
    subject: str
    sequence: int
    event_id: str
    programme: str


@dataclass(frozen=True, slots=True)
class Heads:
    """A page of the announcer's log without bodies; `epoch` changes when the announcer was restored from a backup."""

    epoch: str
    items: Sequence[Head]
    next_after: int


class Feeds:
    """The feeds of the services a hearer listens to."""

    def __init__(self, client: httpx.AsyncClient, tokens: ServiceTokens, urls: Mapping[str, str]) -> None:
        self._client = client
        self._tokens = tokens
        self._urls = urls

    async def heads(self, topic: str, after: int, older_than_seconds: float, limit: int = 1000) -> Heads:
        """Entries of a topic's log after `after`, oldest first, announced at least so many seconds ago.

        Raises:
            httpx.HTTPError: the announcer did not answer as it should.
        """
        page = await self._ask(
            "GET",
            topic,
            "/v1/events",
            params={
                "topic": topic,
                "after": after,
                "limit": limit,
                "older_than_seconds": older_than_seconds,
                "bodies": "false",
            },
        )
        items = [
            Head(item["seq"], item["subject"], item["sequence"], item["event_id"], item["programme_id"])
            for item in page["items"]
        ]
        return Heads(page["epoch"], items, page["next_after"])

    async def missing(self, topic: str, streams: Mapping[str, int]) -> list[Record]:
        """The events of each stream from the given sequence on, in order, at most 500 a stream.

        Raises:
            httpx.HTTPError: the announcer did not answer as it should.
        """
        asked = [{"topic": topic, "subject": subject, "from": start} for subject, start in streams.items()]
        page = await self._ask("POST", topic, "/v1/events/missing", json={"streams": asked})
        return [Record.from_feed(item) for item in page["items"]]

    async def _ask(self, method: str, topic: str, path: str, **request: Any) -> Any:
        async with asyncio.timeout(20):
            token = await self._tokens.token()
            response = await self._client.request(
                method, self._urls[topic] + path, headers={"authorization": f"Bearer {token}"}, **request
            )
        response.raise_for_status()
        return response.json()
