"""Reading another service's announcements over HTTP: the outbox is the truth, Kafka the fast path."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from common.messaging.service_tokens import ServiceTokens
from common.streams.records import Record

FROM_NEAR = {"accept-encoding": "identity"}
"""Between services there is more of the network than of the processor."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stood at one entry of the announcer's log."""

    seq: int
    subject: str
    sequence: int
    event_id: str
    programme: str
    hash: str | None


@dataclass(frozen=True, slots=True)
class Heads:
    """A page of the announcer's log without bodies; `epoch` changes when the announcer was restored from a backup."""

    epoch: str
    items: Sequence[Head]

    @property
    def first_event(self) -> str | None:
        """The event with which the log begins, by which another log is known; none while it is empty."""
        return self.items[0].event_id if self.items else None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What an announcer has of the streams it was asked for."""

    records: Sequence[Record]
    more: bool
    """It was too much for one answer, and something was left out: ask again."""


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
            Head(
                item["seq"],
                item["subject"],
                item["sequence"],
                item["event_id"],
                item["programme_id"],
                item.get("hash"),
            )
            for item in page["items"]
        ]
        return Heads(page["epoch"], items)

    async def missing(self, topic: str, streams: Mapping[str, int]) -> FeedPage:
        """The events of each stream from the given sequence on, in order, at most 500 a stream.

        Raises:
            httpx.HTTPError: the announcer did not answer as it should.
        """
        page = await self._missing(topic, streams)
        return FeedPage([Record.from_feed(item) for item in page["items"]], page.get("more", False))

    async def places(self, topic: str, streams: Mapping[str, int]) -> dict[str, Record]:
        """Of each stream, the event at the given sequence or the first after it, without what it says.

        Raises:
            httpx.HTTPError: the announcer did not answer as it should.
        """
        page = await self._missing(topic, streams, each=1, bodies=False)
        return {item["subject"]: Record.from_feed(item | {"body": ""}) for item in page["items"]}

    async def _missing(self, topic: str, streams: Mapping[str, int], **more: Any) -> Any:
        places = [{"topic": topic, "subject": subject, "from": start} for subject, start in streams.items()]
        return await self._ask("POST", topic, "/v1/events/missing", json={"streams": places, **more})

    async def _ask(self, method: str, topic: str, path: str, **request: Any) -> Any:
        async with asyncio.timeout(20):
            token = await self._tokens.token()
            response = await self._client.request(
                method, self._urls[topic] + path, headers=FROM_NEAR | {"authorization": f"Bearer {token}"}, **request
            )
        response.raise_for_status()
        return response.json()
