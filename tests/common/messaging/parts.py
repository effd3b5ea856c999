"""What the delivery tests share: two services' databases, a real feed between them, and an effect that is not
idempotent, so that a second application would show."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event, ParticipantEvent
from common.contracts.referrals import DropInRecorded
from common.database import Sessions, create_engine, create_sessions, rows
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.healing import Healer
from common.messaging.reactions import Projection, Reaction
from common.messaging.relay import NumberedRecord, relay_once
from common.messaging.service_tokens import ServiceTokens
from common.settings import ServiceSettings
from common.streams.chain import chained
from common.streams.outbox import announce
from common.streams.records import Record
from common.transaction import Transaction
from common.web.app import create_app
from tests.parts.postgres import Database

NOW = (0, 0, 0, 0)
"""Pauses before each further try."""
LEDGER = "create table ledger (line bigint generated always as identity primary key, event_id uuid, subject text)"


def a_fact(participant_id: UUID | None = None, **changes: Any) -> DropInRecorded:
    fields: dict[str, Any] = {
        "event_id": new_id(),
        "programme_id": "kbop",
        "occurred_at": datetime(2019, 9, 2, 9, tzinfo=UTC),
        "participant_id": participant_id or new_id(),
        "drop_in_id": new_id(),
        "dropped_in_on": date(2019, 9, 2),
    }
    return DropInRecorded(**fields | changes)


def announced_so(record: Record, after: Record | None = None, **changes: Any) -> Record:
    """A record as it would be had its announcer said this of it, after another of its stream or as the first."""
    said = replace(record, **changes)
    return replace(said, hash=chained(after.hash if after else None, said.leaf))


def bound(records: Sequence[Record]) -> list[Record]:
    """Records as their announcer sends them: each with the running hash of its stream."""
    ends: dict[str, Record] = {}
    sent: list[Record] = []
    for record in records:
        ends[record.subject] = announced_so(record, ends.get(record.subject))
        sent.append(ends[record.subject])
    return sent


@dataclass(slots=True)
class Town:
    """An announcer (the hub) and a hearer (claims), each with its own database, and a feed between them."""

    announcer: Sessions
    hearer_sessions: Sessions
    feeds: Feeds
    hub: Database
    claims: Database
    published: list[NumberedRecord] = field(default_factory=list[NumberedRecord])
    failing: dict[UUID, Exception] = field(default_factory=dict[UUID, Exception])
    calls: int = 0

    def hearer(self, pauses: Sequence[int] = NOW) -> Healer:
        return Healer("claims", self.hearer_sessions, [Reaction(DropInRecorded, self.write_line)], self.feeds, pauses)

    async def write_line(self, tx: Transaction, event: DropInRecorded) -> None:
        self.calls += 1
        if error := self.failing.get(event.event_id):
            raise error
        await tx.session.execute(
            text("insert into ledger (event_id, subject) values (:event, :subject)"),
            {"event": event.event_id, "subject": event.subject},
        )

    def projecting(self) -> Healer:
        """A hearer that writes a batch's lines at once."""
        return Healer("claims", self.hearer_sessions, [Projection(ParticipantEvent, self.write_lines)], self.feeds, NOW)

    async def write_lines(self, session: AsyncSession, events: Sequence[ParticipantEvent]) -> None:
        self.calls += 1
        for event in events:
            if error := self.failing.get(event.event_id):
                raise error
        await session.execute(
            text("insert into ledger (event_id, subject) values (:event, :subject)"),
            [{"event": event.event_id, "subject": event.subject} for event in events],
        )

    async def announce(self, *events: Event) -> None:
        async with self.announcer.begin() as session:
            await announce(session, events)

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        self.published.extend(batch)

    async def relay(self) -> list[Record]:
        """Relay all that is pending and return it in the order it was published."""
        before = len(self.published)
        while await relay_once(self.announcer, self):
            pass
        return [item.record for item in self.published[before:]]

    async def lines(self) -> list[UUID]:
        async with self.hearer_sessions.begin() as session:
            return [row["event_id"] for row in rows(await session.execute(text("select * from ledger order by line")))]

    async def inbox(self) -> list[dict[str, Any]]:
        async with self.hearer_sessions.begin() as session:
            return rows(await session.execute(text("select * from inbox order by subject")))

    async def clock(self) -> datetime:
        async with self.hearer_sessions.begin() as session:
            return (await session.execute(text("select clock_timestamp()"))).scalar_one()

    async def let_time_pass(self) -> None:
        """Until whatever waits for its next try is due."""
        async with self.hearer_sessions.begin() as session:
            await session.execute(text("update inbox set retry_at = clock_timestamp() where state = 'retrying'"))


@asynccontextmanager
async def town(hub: Database, claims: Database, issuer: str) -> AsyncGenerator[Town]:
    owner, announcer, hearer = (
        create_engine(claims.url("owner")),
        create_engine(hub.url("worker"), pool_size=10),
        create_engine(claims.url("worker")),
    )
    async with owner.begin() as connection:
        await connection.execute(text(LEDGER))
        await connection.execute(text("grant select, insert on ledger to claims_worker"))
    settings = ServiceSettings(
        environment="development",
        database_url=hub.url("main"),  # pyright: ignore[reportArgumentType] - pydantic makes the secret
        issuer_url=issuer,
        jwks_url=f"{issuer}/jwks.json",
    )
    app = create_app("referral_hub", "Hub", settings, [])
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(mounts={"http://hub": transport}) as client:
            tokens = ServiceTokens(client, issuer, "claims", "claims-secret")
            feeds = Feeds(client, tokens, {"referrals": "http://hub"})
            yield Town(create_sessions(announcer), create_sessions(hearer), feeds, hub, claims)
    for engine in (owner, announcer, hearer):
        await engine.dispose()
