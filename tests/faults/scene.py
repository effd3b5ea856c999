"""A hub and claims on real PostgreSQL and real Kafka, whose processes die and come back while events flow."""

import asyncio
import json
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from typing import Any
from uuid import UUID

import aiokafka  # pyright: ignore[reportMissingTypeStubs]
import httpx
import psutil
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.clock import machine_now
from common.database import Sessions, create_engine, create_sessions, rows
from common.ids import new_id
from common.streams.outbox import announce
from common.web.app import create_app
from common.web.signin import token_for_person
from console.addresses import Edge
from console.delivery import reconcile_edge
from console.doors import opened
from console.reconciling import EdgeTally
from tests.common.messaging.parts import LEDGER, a_fact
from tests.faults.actors import Script, live_as
from tests.faults.often import often
from tests.faults.table import Row
from tests.house.towns import settings
from tests.parts.eventually import eventually
from tests.parts.live import live
from tests.parts.postgres import Database, Databases, connect

LIVES = get_context("forkserver")
"""Every life begins from one process that has imported everything, so that a kill costs no import."""
LIVES.set_forkserver_preload(["__main__", "tests.faults.actors"])


@dataclass(slots=True)
class Actor:
    """One process of a service, started again whenever it has died, until the scene ends."""

    part: str
    script: Script
    fatal: Iterator[Script]
    """The lives that end by themselves, before the one that does not."""
    process: ForkServerProcess
    deaths: int = 0

    @classmethod
    def born(cls, part: str, script: Script, fatal: Iterator[Script]) -> "Actor":
        return cls(part, script, fatal, _begun(part, next(fatal, script)))

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def start(self) -> None:
        self.process = _begun(self.part, next(self.fatal, self.script))

    def revive(self) -> None:
        """Start it again if it has died."""
        if self.process.exitcode is not None:
            self.deaths += 1
            self.start()

    async def is_stopped(self) -> bool:
        """Whether SIGSTOP has reached it."""
        return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED

    def signal(self, how: signal.Signals) -> None:
        if self.process.exitcode is None:
            os.kill(self.pid, how)

    def end(self) -> None:
        self.signal(signal.SIGCONT)
        self.process.kill()
        self.process.join()


def _begun(part: str, script: Script) -> ForkServerProcess:
    process = LIVES.Process(target=live_as, args=(part, script), daemon=True)
    process.start()
    return process


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of what was announced: the row a fault leaves in the table."""

    announced: int
    applied: int
    twice: int
    lost: int
    out_of_order: int
    forked: int
    as_undisturbed: bool
    """The read model is, byte for byte, what a run without the fault would have made."""
    reconciled: bool
    """`outcomes reconcile` says the same: all that was published is applied, missing 0, forked 0."""


@dataclass(slots=True)
class Scene:
    """Where the fault is played."""

    hub: Database
    claims: Database
    kafka: str
    prefix: str
    issuer: str
    feed: str
    inbox: str
    """Where claims tells an operator what it heard."""
    announcer: Sessions
    hearing: Sessions
    note: Callable[[Row], None]
    acknowledged: set[UUID] = field(default_factory=set[UUID])
    """Events whose announcer was told that they are kept."""
    actors: dict[str, Actor] = field(default_factory=dict[str, Actor])
    people: list[UUID] = field(default_factory=lambda: [new_id() for _ in range(40)])

    def script(self, part: str, **changes: Any) -> Script:
        database = {"hearer": self.claims.url("worker"), "main": self.hub.url("main")}
        whole_life = Script(
            database=database.get(part, self.hub.url("worker")),
            kafka=self.kafka,
            prefix=self.prefix,
            issuer=self.issuer,
            feed=self.feed,
        )
        return replace(whole_life, **changes)

    def play(self, part: str, name: str | None = None, on: int | Sequence[int] = 1, **changes: Any) -> Actor:
        """Start a part; with `die_at` its first life ends there, or, told several places, so many lives do."""
        lives = (on,) if isinstance(on, int) else on
        fatal = (self.script(part, **changes, on=place) for place in lives if changes.get("die_at"))
        actor = Actor.born(part, self.script(part, **{**changes, "die_at": ""}), fatal)
        self.actors[name or part] = actor
        return actor

    async def announce_until_dead(self, actor: Actor, times: int, at_least: int, a_second: int) -> None:
        """Announce so many events and more, until somebody has died so often."""
        announced = 0
        while announced < at_least or actor.deaths < times:
            actor.revive()
            announced += await self.announce(10)
            if announced > at_least:
                await asyncio.sleep(10 / a_second)

    @asynccontextmanager
    async def as_superuser(self) -> AsyncGenerator[Any]:
        """A connection to the hub's database that may do what no role of ours may."""
        connection = await connect(self.hub.admin_dsn)
        try:
            yield connection
        finally:
            await connection.close()

    async def announce(self, count: int, each: int = 10) -> int:
        """Announce so many events about forty participants, a few a transaction, through a database's absence."""
        left = count
        while left > 0:
            facts = [a_fact(self.people[(left - n) % len(self.people)]) for n in range(min(each, left))]
            try:
                async with self.announcer.begin() as session:
                    await announce(session, facts)
                self.acknowledged |= {fact.event_id for fact in facts}
                left -= len(facts)
            except (DBAPIError, OSError):
                await asyncio.sleep(0.1)
        return count

    async def announce_steadily(self, seconds: float, a_second: int = 200) -> None:
        """Announce for so long, ten events at a time."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await self.announce(10)
            await asyncio.sleep(10 / a_second)

    async def announce_out_of_order(self, seed: int, count: int = 40) -> None:
        """One of several writers who pause before they commit, and roll back one time in five."""
        chance = random.Random(seed)  # noqa: S311 - seeded, to be played again
        for _ in range(count):
            facts = [a_fact(person) for person in chance.choices(self.people, k=3)]
            async with self.announcer() as session:
                await announce(session, facts)
                await asyncio.sleep(chance.random() / 50)
                if chance.random() < 0.2:
                    await session.rollback()
                else:
                    await session.commit()
                    self.acknowledged |= {fact.event_id for fact in facts}

    async def ask(self, client: httpx.AsyncClient, person: UUID, key: str) -> httpx.Response:
        """Ask the hub's API to announce something, with one key, until it is answered; it is revived when dead."""

        async def answered() -> httpx.Response | None:
            try:
                answer = await client.post(f"/v1/lines/{person}", headers={"idempotency-key": key})
            except httpx.TransportError:
                self.actors["main"].revive()
                return None
            return answer if answer.status_code == 201 else None

        answer = await eventually(answered, within=180)  # it may die several times first, and starts anew each time
        self.acknowledged.add(UUID(answer.json()["event_id"]))
        return answer

    async def recovered(self, fault: str, kills: int = 1, within: float = 60, besides: str = "") -> Counts:
        """What became of everything announced, once it has settled: a row of the table."""
        seconds = await self.until_settled(within * often(1, 5))
        counts = await self.counts()
        self.note_counts(fault, counts, seconds, kills, besides)
        return counts

    def note_counts(self, fault: str, counts: Counts, seconds: float, kills: int = 1, besides: str = "") -> None:
        said = ("as_undisturbed", "reconciled")
        columns = {name: value for name, value in asdict(counts).items() if name not in said}
        self.note(Row(fault, kills, **columns, seconds=round(seconds, 1), besides=besides))

    async def until_settled(self, within: float = 60) -> float:
        """Keep every actor alive until all that was announced was published and applied; how many seconds it took.

        What has not settled by then is for the counts to say.
        """
        started = time.monotonic()

        async def settled() -> bool:
            for actor in self.actors.values():
                actor.revive()
            try:
                return await self.drained() and await self.applied() >= await self._announced()
            except (DBAPIError, OSError):
                return False

        with suppress(TimeoutError):
            await eventually(settled, within)
        return time.monotonic() - started

    async def counts(self) -> Counts:
        """Count announced events against ledger lines; the inbox is not asked what it believes."""
        async with self.announcer.begin() as session:
            told = rows(await session.execute(text("select event_id, subject, sequence from outbox order by position")))
        async with self.hearing.begin() as session:
            lines = rows(await session.execute(text("select event_id, subject from ledger order by line")))
        heard = [line["event_id"] for line in lines]
        return Counts(
            announced=len(told),
            applied=len(heard),
            twice=len(heard) - len(set(heard)),
            lost=len(({row["event_id"] for row in told} | self.acknowledged) - set(heard)),
            out_of_order=_inversions(told, lines),
            forked=await self.forked(),
            as_undisturbed=_read_model(lines) == _read_model(sorted(told, key=lambda row: row["sequence"])),
            reconciled=await self.reconciled(),
        )

    async def reconciled(self) -> bool:
        """Ask as an operator does, long enough after for nothing to count as on its way."""
        operator = partial(token_for_person, self.issuer, "operator")
        async with opened({"referral-hub": self.feed, "claims": self.inbox}, operator) as doors:
            tally = await reconcile_edge(doors, Edge("referrals", "claims"), machine_now() + timedelta(minutes=5))
        return tally == EdgeTally(streams=tally.streams, published=tally.published, applied=tally.published)

    async def forked(self) -> int:
        async with self.hearing.begin() as session:
            return await session.scalar(text("select count(*) from inbox where state = 'forked'")) or 0

    async def drained(self) -> bool:
        """Whether the relay has published everything."""
        async with self.announcer.begin() as session:
            left = text("select numbered > published or exists (select from pending) from relay")
            return not await session.scalar(left)

    async def sent(self) -> int:
        """How many messages the broker has on the topic, those sent again among them."""
        topic = f"{self.prefix}referrals"
        looking: Any = aiokafka.AIOKafkaConsumer(topic, bootstrap_servers=self.kafka)
        async with looking:
            return sum((await looking.end_offsets(looking.assignment())).values())

    async def _announced(self) -> int:
        async with self.announcer.begin() as session:
            return await session.scalar(text("select count(*) from outbox")) or 0

    async def applied(self) -> int:
        async with self.hearing.begin() as session:
            return await session.scalar(text("select count(*) from ledger")) or 0

    def end(self) -> None:
        for actor in self.actors.values():
            actor.end()


def whole(counts: Counts) -> bool:
    """Nothing lost, nothing twice, in order."""
    wrong = (counts.lost, counts.twice, counts.out_of_order, counts.forked)
    return wrong == (0, 0, 0, 0) and counts.as_undisturbed and counts.reconciled


def _read_model(lines: Sequence[dict[str, Any]]) -> bytes:
    """Each subject's story, in bytes."""
    stories: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        stories[line["subject"]].append(str(line["event_id"]))
    return json.dumps(stories, sort_keys=True).encode()


def _inversions(told: Sequence[dict[str, Any]], lines: Sequence[dict[str, Any]]) -> int:
    place = {row["event_id"]: row["sequence"] for row in told}
    last: dict[str, int] = {}
    wrong = 0
    for line in lines:
        if sequence := place.get(line["event_id"]):
            wrong += sequence <= last.get(line["subject"], 0)
            last[line["subject"]] = sequence
    return wrong


@asynccontextmanager
async def scene(
    databases: Databases,
    kafka: str,
    prefix: str,
    issuer: str,
    note: Callable[[Row], None],
    as_it_was: Database | None = None,
) -> AsyncGenerator[Scene]:
    """A scene with empty databases, or the hub's as it was, and the hub's feed answering; every actor ends with it."""
    empty = nullcontext(as_it_was) if as_it_was else databases.clone("referral-hub")
    with empty as hub, databases.clone("claims") as claims:
        owner = create_engine(claims.url("owner"))
        async with owner.begin() as connection:
            await connection.execute(text(LEDGER))
            await connection.execute(text("create sequence bug_met"))
            await connection.execute(text("grant select, insert on ledger to claims_worker"))
            await connection.execute(text("grant usage, select on bug_met to claims_worker"))
        await owner.dispose()
        announcer, hearing = create_engine(hub.url("worker"), pool_size=8), create_engine(claims.url("worker"))
        apps = [
            create_app(
                name,
                name,
                settings(database_url=database.url("main"), issuer_url=issuer, jwks_url=f"{issuer}/jwks.json"),
                [],
            )
            for name, database in {"referral_hub": hub, "claims": claims}.items()
        ]
        with live(apps[0]) as feed, live(apps[1]) as inbox:
            sessions = (create_sessions(announcer), create_sessions(hearing))
            playing = Scene(hub, claims, kafka, prefix, issuer, feed, inbox, *sessions, note)
            try:
                yield playing
            finally:
                playing.end()
        await announcer.dispose()
        await hearing.dispose()
