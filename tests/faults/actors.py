"""The parts of a service as processes of their own, which can be told to die at an exact point, as kill -9 would.

`python -m tests.faults.actors relay|hearer|main` with a JSON script on standard input: where everything is, and
`die_at` (a point) `on` (which time it is reached). The code that runs is the services' own; only the deaths are ours.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import httpx
import uvicorn
from fastapi import APIRouter
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from common.contracts.referrals import DropInRecorded
from common.database import create_engine, create_sessions
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.hearing import Hearer, Reaction
from common.messaging.kafka import KafkaInlet, KafkaPublisher, listening, publishing
from common.messaging.records import Record
from common.messaging.relay import Numbered, relay_forever
from common.settings import ServiceSettings
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.app import create_app
from common.web.tokens import ServiceTokens

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
    poison: tuple[str, ...] = ()


def dying(script: Script) -> Reached:
    """Count how often the fatal point is reached, and die there without a word."""
    left = script.on

    def reached(point: str) -> None:
        nonlocal left
        if point == script.die_at:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached


def watch_commits(engine: AsyncEngine, reached: Reached) -> None:
    """Reach `before-commit` as COMMIT is about to be sent and `after-commit` once it was answered."""

    def commits(_: object) -> None:
        reached("before-commit")

    def returned(*_: object) -> None:
        reached("after-commit")

    event.listen(engine.sync_engine, "commit", commits)
    event.listen(engine.sync_engine, "checkin", returned)


class MortalPublisher:
    """Publishes, and may die once the broker has acknowledged and before the mark moves."""

    def __init__(self, publisher: KafkaPublisher, reached: Reached) -> None:
        self._publisher, self._reached = publisher, reached

    async def publish(self, batch: Sequence[Numbered]) -> None:
        await self._publisher.publish(batch)
        self._reached("after-publish")


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
    engine = create_engine(script.database)
    reached = dying(script)
    watch_commits(engine, reached)
    async with publishing(script.kafka, "referral-hub", script.prefix) as publisher:
        await relay_forever(create_sessions(engine), MortalPublisher(publisher, reached))


async def hearer(script: Script) -> None:
    engine = create_engine(script.database)
    reached = dying(script)
    watch_commits(engine, reached)
    async with httpx.AsyncClient(timeout=10) as client:
        feeds = Feeds(
            client, ServiceTokens(client, script.issuer, "claims", "claims-secret"), {"referrals": script.feed}
        )
        ears = Hearer("claims", create_sessions(engine), [Reaction(DropInRecorded, write_line)], feeds, (1, 1, 1, 1))
        async with listening(script.kafka, "claims", ears.topics, script.prefix) as inlet, asyncio.TaskGroup() as both:
            both.create_task(ears.listen_forever(MortalInlet(inlet, reached)))
            both.create_task(ears.heal_forever(sweep_every=2))


async def write_line(tx: Transaction, heard: DropInRecorded) -> None:
    """An effect that is not idempotent: twice heard would be two lines."""
    await tx.session.execute(
        text("insert into ledger (event_id, subject) values (:event, :subject)"),
        {"event": heard.event_id, "subject": heard.subject},
    )


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
            watch_commits(started.state.sessions.kw["bind"], reached)
            yield state

    app.router.lifespan_context = mortal
    uvicorn.run(app, port=script.port, log_level="error", access_log=False)


if __name__ == "__main__":
    told = Script(**json.load(sys.stdin))
    if sys.argv[1] == "main":
        main(told)
    else:
        asyncio.run({"relay": relay, "hearer": hearer}[sys.argv[1]](told))
