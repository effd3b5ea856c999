"""The parts of a service as processes of their own, which can be told to die at an exact point, as kill -9 would.

A script says where everything is, and `die_at` (a point) `on` (which time it is reached). The code that runs is the
services' own; only deaths, bad roads, poison and rebalances are ours.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import httpx
import uvicorn
from fastapi import APIRouter
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from common import telemetry
from common.contracts.referrals import DropInRecorded
from common.database import create_engine, create_sessions
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.healing import Healer
from common.messaging.kafka import KafkaInlet, listening, publishing
from common.messaging.reactions import Reaction
from common.messaging.relay import KafkaPublisher, NumberedRecord, Publisher, relay_forever
from common.messaging.service_tokens import ServiceTokens
from common.settings import ServiceSettings
from common.streams.records import Record
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.app import create_app

Reached = Callable[[str], None]


@dataclass(frozen=True)
class Script:
    """Where everything is, and when to die."""

    database: str
    kafka: str
    prefix: str
    issuer: str
    feed: str = ""
    port: int = 0
    die_at: str = ""
    on: int = 1
    how: str = "SIGKILL"
    idle_timeout: str = "60s"
    bad_road: int | None = None
    """A seed: what is published arrives shuffled, one to five times, or never."""
    loses: float = 0.05
    """How much of it a bad road loses."""
    joins_every: float = 0
    """Seconds: a second member joins the hearer's group for so long, and leaves it for so long."""
    poison: tuple[str, ...] = ()
    """Ids of events whose reaction is a bug."""


def dying(script: Script) -> Reached:
    """Count how often the fatal point is reached, and die there (or stop, for `SIGSTOP`) without a word."""
    left = script.on

    def reached(point: str) -> None:
        nonlocal left
        if point == script.die_at:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.Signals[script.how])

    return reached


def watch_commits(engine: AsyncEngine, reached: Reached, work: str) -> None:
    """Reach `before-commit` as COMMIT is about to be sent and `after-commit` once it was answered, in transactions
    that ran the statement `work`: those that only look are no place to lose anything."""

    def executes(connection: Any, _: object, statement: str, *__: object) -> None:
        if work in statement:
            connection.info["works"] = True

    def commits(connection: Any) -> None:
        if connection.info.get("works"):
            reached("before-commit")

    def rolls_back(connection: Any) -> None:
        connection.info.pop("works", None)

    def returned(_: object, pooled: Any) -> None:
        if pooled.info.pop("works", False):
            reached("after-commit")

    for name, listener in {
        "before_cursor_execute": executes,
        "commit": commits,
        "rollback": rolls_back,
        "checkin": returned,
    }.items():
        event.listen(engine.sync_engine, name, listener)


class MortalPublisher:
    """Publishes, and may die once the broker has acknowledged and before the mark moves."""

    def __init__(self, publisher: KafkaPublisher, reached: Reached) -> None:
        self._publisher, self._reached = publisher, reached

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        await self._publisher.publish(batch)
        self._reached("after-publish")


class BadRoad:
    """Publishes everything shuffled and up to five times, and forgets some of it."""

    def __init__(self, publisher: KafkaPublisher, seed: int, loses: float) -> None:
        self._publisher, self._loses = publisher, loses
        self._chance = random.Random(seed)  # noqa: S311 - a seeded shuffle

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        road = [
            item for item in batch if self._chance.random() >= self._loses for _ in range(self._chance.randint(1, 5))
        ]
        self._chance.shuffle(road)
        await self._publisher.publish(road)


class MortalInlet:
    """Reads, and may die just before or just after offsets are committed."""

    def __init__(self, inlet: KafkaInlet, reached: Reached) -> None:
        self._inlet, self._reached = inlet, reached

    async def read(self) -> list[Record]:
        return await self._inlet.read(most=50)

    async def commit(self) -> None:
        self._reached("before-offset-commit")
        await self._inlet.commit()
        self._reached("after-offset-commit")


async def relay(script: Script) -> None:
    engine = create_engine(script.database, idle_in_transaction_session_timeout=script.idle_timeout)
    reached = dying(script)
    watch_commits(engine, reached, "update relay set published")
    async with publishing(script.kafka, "referral-hub", script.prefix) as publisher:
        road: Publisher = MortalPublisher(publisher, reached)
        if script.bad_road is not None:
            road = BadRoad(publisher, script.bad_road, script.loses)
        await relay_forever(create_sessions(engine), road)


async def hearer(script: Script) -> None:
    engine = create_engine(script.database)
    reached = dying(script)
    watch_commits(engine, reached, "insert into ledger")
    async with httpx.AsyncClient(timeout=10) as client:
        tokens = ServiceTokens(client, script.issuer, "claims", "claims-secret")
        feeds = Feeds(client, tokens, {"referrals": script.feed})
        reaction = Reaction(DropInRecorded, write_line_unless(script.poison))
        ears = Healer("claims", create_sessions(engine), [reaction], feeds, (1, 1, 1, 1))
        async with listening(script.kafka, "claims", ears.topics, script.prefix) as inlet, asyncio.TaskGroup() as all_:
            all_.create_task(ears.listen_forever(MortalInlet(inlet, reached)))
            all_.create_task(ears.heal_forever(sweep_every=2))
            if script.joins_every:
                all_.create_task(come_and_go(script, ears))


async def come_and_go(script: Script, ears: Healer) -> None:
    """A second member, which leaves in the middle of whatever it is doing."""
    while True:
        async with listening(script.kafka, "claims", ears.topics, script.prefix) as inlet:
            with suppress(TimeoutError):
                await asyncio.wait_for(ears.listen_forever(inlet), script.joins_every)
        await asyncio.sleep(script.joins_every)


def write_line_unless(poison: Sequence[str]) -> Callable[[Transaction, DropInRecorded], Awaitable[None]]:
    """An effect that is not idempotent: twice heard would be two lines. Each call is counted, failed ones too."""

    async def write_line(tx: Transaction, heard: DropInRecorded) -> None:
        if str(heard.event_id) in poison:
            await tx.session.execute(text("select nextval('bug_met')"))
            raise ZeroDivisionError("a bug")
        await tx.session.execute(
            text("insert into ledger (event_id, subject) values (:event, :subject)"),
            {"event": heard.event_id, "subject": heard.subject},
        )

    return write_line


router = APIRouter()


class Written(Answer):
    """The event that was announced."""

    event_id: UUID


@router.post("/v1/lines/{participant_id}", status_code=201)
async def write(participant_id: UUID, tx: Annotated[Transaction, writing("hub")]) -> Written:
    """Announce one fact about a participant."""
    fact = DropInRecorded(**tx.envelope(), participant_id=participant_id, drop_in_id=new_id(), dropped_in_on=tx.today)
    tx.announce(fact)
    return tx.answered(Written(event_id=fact.event_id))


def main(script: Script) -> None:
    settings = ServiceSettings(
        environment="development",
        database_url=script.database,  # pyright: ignore[reportArgumentType] - pydantic makes the secret
        issuer_url=script.issuer,
        jwks_url=f"{script.issuer}/jwks.json",
    )
    app = create_app("referral_hub", "Hub", settings, [router])
    reached = dying(script)
    opened: Any = app.router.lifespan_context

    @asynccontextmanager
    async def mortal(started: Any) -> AsyncGenerator[Any]:
        async with opened(started) as state:
            watch_commits(started.state.sessions.kw["bind"], reached, "keep(")
            yield state

    app.router.lifespan_context = mortal
    uvicorn.run(app, port=script.port, log_level="error", access_log=False)


def live_as(part: str, script: Script) -> None:
    """Be this part, in a process of its own, until killed."""
    if part == "main":
        main(script)
    else:
        telemetry.set_up("faults", part, None)
        asyncio.run({"relay": relay, "hearer": hearer}[part](script))
