"""What the tests of webhooks share: a receiver that listens on a real socket, and a hub that tells it things."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from common.contracts.referrals import DropInRecorded
from common.database import Sessions, create_engine, create_sessions
from common.ids import new_id
from common.messaging.relay import NumberedRecord, relay_once
from common.settings import ServiceSettings
from common.streams.outbox import announce
from common.webhooks.addresses import Reach
from common.webhooks.delivering import Courier
from common.webhooks.posting import Poster
from tests.parts.api import FrontDoor, someone

HORTON = someone("provider-system", organisation="horton", kind="provider")
OTHER = someone("provider-system", organisation="making-space", kind="provider")
COUNCIL = someone("council-system", organisation="kirklees-council", kind="council")
OPERATOR = someone("operator", organisation="operations", kind="operator")
LOOPBACK = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Answering = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Receiver:
    """Whoever is told: keeps what comes, and answers as a test wants it."""

    url: str = ""
    received: list[Received] = field(default_factory=list[Received])
    answers: Answering | bytes = b"HTTP/1.1 204 No Content\r\n\r\n"
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    answering: "set[asyncio.Task[None]]" = field(default_factory=set["asyncio.Task[None]"])

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]

    async def has(self, messages: int) -> None:
        """Wait until so many came."""
        async with self.came:
            await self.came.wait_for(lambda: len(self.received) >= messages)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answering.add(asyncio.create_task(self.take(reader, writer)))

    async def hang_up(self) -> None:
        """End whatever is still being answered."""
        for task in self.answering:
            task.cancel()
        await asyncio.gather(*self.answering, return_exceptions=True)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first = (await reader.readline()).decode().split(" ")
            lines = [line.decode() async for line in lines_of(reader)]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            body = await reader.readexactly(int(headers["content-length"]))
            message = Received(first[1], headers, body)
            async with self.came:
                self.received.append(message)
                self.came.notify_all()
            if isinstance(self.answers, bytes):
                writer.write(self.answers)
                await writer.drain()
            else:
                await self.answers(message, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def lines_of(reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
    while (line := await reader.readline()).strip():
        yield line


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None, host: str = "localhost") -> AsyncGenerator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"{'https' if tls else 'http'}://{host}:{port}/hooks?for=outcomes"
    try:
        yield receiver
    finally:
        server.close()
        await receiver.hang_up()
        await server.wait_closed()


@dataclass(slots=True)
class Telling:
    """A hub that announces, and the worker's part that tells its subscribers."""

    door: FrontDoor
    courier: Courier
    sessions: Sessions

    async def subscribe(self, url: str, who: str = HORTON, **more: Any) -> dict[str, Any]:
        answer = await self.door.post("/v1/webhooks", who, {"url": url, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def announce(self, *events: Any) -> list[str]:
        async with self.sessions.begin() as session:
            await announce(session, events)
        while await relay_once(self.sessions, self):
            pass
        return [str(event.event_id) for event in events]

    async def publish(self, batch: Sequence[NumberedRecord]) -> None: ...

    async def tell(self, webhook: Mapping[str, Any], courier: Courier | None = None) -> None:
        """As often as there is something to do at once."""
        while await (courier or self.courier).tell(UUID(webhook["id"])):
            pass

    async def later(self) -> None:
        """Until whatever waits for its next try is due."""
        await self.door.meddle(
            "update webhook_delivery set next_at = clock_timestamp() where state = 'waiting' and attempts > 0"
        )

    async def deliveries(self, webhook: Mapping[str, Any], who: str = HORTON, **query: Any) -> list[dict[str, Any]]:
        answer = await self.door.get(f"/v1/webhooks/{webhook['id']}/deliveries", who, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def history(self, webhook: Mapping[str, Any], delivery_id: str, who: str = HORTON) -> list[dict[str, Any]]:
        answer = await self.door.get(f"/v1/webhooks/{webhook['id']}/deliveries/{delivery_id}", who)
        assert answer.status_code == 200, answer.text
        return answer.json()["history"]

    async def stands(self, webhook: Mapping[str, Any], who: str = HORTON) -> dict[str, Any]:
        answer = await self.door.get(f"/v1/webhooks/{webhook['id']}", who)
        assert answer.status_code == 200, answer.text
        return answer.json()


def courier_of(
    sessions: Sessions, service: str = "referral_hub", *, seconds: float = 5.0, networks: tuple[str, ...] = LOOPBACK
) -> Courier:
    return Courier(service, sessions, Poster(reach_of(networks), seconds=seconds))


def reach_of(networks: tuple[str, ...] = LOOPBACK, **settings: Any) -> Reach:
    usual: dict[str, Any] = {
        "environment": "test",
        "database_url": "postgresql+asyncpg://a@/b",
        "issuer_url": "https://issuer.test",
        "jwks_url": "https://issuer.test/jwks.json",
    }
    return Reach.of(ServiceSettings(webhook_networks=networks, **usual | settings))


@asynccontextmanager
async def telling(door: FrontDoor) -> AsyncGenerator[Telling]:
    engine = create_engine(door.database.url("worker"))
    sessions = create_sessions(engine)
    try:
        yield Telling(door, courier_of(sessions, door.database.service), sessions)
    finally:
        await engine.dispose()


def a_drop_in(participant_id: UUID | None = None, provider: str | None = "horton", **changes: Any) -> DropInRecorded:
    fields: dict[str, Any] = {
        "event_id": new_id(),
        "programme_id": "kbop",
        "occurred_at": datetime(2019, 9, 2, 9, tzinfo=UTC),
        "participant_id": participant_id or new_id(),
        "drop_in_id": new_id(),
        "provider_id": provider,
        "dropped_in_on": date(2019, 9, 2),
    }
    return DropInRecorded(**fields | changes)
