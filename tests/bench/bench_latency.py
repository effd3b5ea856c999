"""From commit to applied, over either broker, while events come steadily; and what a town costs that is left alone.

Announcer, relay and hearer are processes of their own, as in a town. The floors are what ADR 0035 promises.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psutil
import uvloop

from common.contracts.referrals import DropInRecorded
from common.database import create_engine, create_sessions
from common.messaging.hearing import Hearer
from common.messaging.kafka import FETCH_WAIT_MS, KafkaInlet, listening, publishing
from common.messaging.reactions import Reaction
from common.messaging.relay import relay_forever
from common.streams.outbox import announce
from common.streams.records import Record
from embedded import broker, town
from tests.bench.bench_hear import write_line
from tests.bench.ground import Ground, place
from tests.bench.measuring import Comparison
from tests.common.messaging.parts import LEDGER, a_fact
from tests.parts.postgres import Database

ROUNDS = 3
EVENTS_A_SECOND, SECONDS, AT_ONCE = 500, 10, 4
"""Each transaction announces four events, as a request that does something of weight does."""
PROMISED = {"embedded broker": 0.090, "Apache Kafka": 0.060}
"""Seconds within which 99 of 100 events are applied."""
IDLE_SECONDS, IDLE_SHARE = 30, 0.10
SETTLED_SECONDS = 20
PROCESSES = get_context("forkserver")


@dataclass(slots=True)
class TimedInlet:
    """Notes of each record when its batch had been applied."""

    inlet: KafkaInlet
    told: Connection
    came: list[UUID] = field(default_factory=list[UUID])

    async def read(self) -> list[Record]:
        records = await self.inlet.read()
        self.came = [record.event_id for record in records]
        return records

    async def commit(self) -> None:
        self.told.send((time.time(), self.came))
        await self.inlet.commit()


async def measure(ground: Ground) -> list[Comparison]:
    rows: list[Comparison] = []
    with broker.running(["referrals"]) as bus:
        rows += await _measured(ground, "embedded broker", bus.bootstrap, broker.FETCH_WAIT_MS)
    if ground.kafka is not None:
        rows += await _measured(ground, "Apache Kafka", ground.kafka, FETCH_WAIT_MS)
    return [*rows, _idle()]


async def _measured(ground: Ground, which: str, bootstrap: str, wait_ms: int) -> list[Comparison]:
    taken = [await _round(ground, bootstrap, wait_ms, f"latency-{turn}.") for turn in range(ROUNDS)]
    what, promised = f"commit to applied, {EVENTS_A_SECOND} events a second, {which}", PROMISED[which]
    return [
        Comparison(f"{what}, {share:.0%}", f"{promised * 1000:.0f} ms", 1, "in turn", ours, [promised] * ROUNDS)
        for share in (0.5, 0.99)
        for ours in [[sorted(seconds)[int(share * len(seconds))] for seconds in taken]]
    ]


async def _round(ground: Ground, bootstrap: str, wait_ms: int, prefix: str) -> Sequence[float]:
    """How long each event took; all of them came, each once."""
    async with AsyncExitStack() as stack:
        hub = stack.enter_context(ground.databases.clone("referral-hub"))
        claims = stack.enter_context(ground.databases.clone("claims"))
        here, there = await stack.enter_async_context(place(hub)), await stack.enter_async_context(place(claims))
        await there.bare.execute(LEDGER)
        await there.bare.execute("grant select, insert on ledger to claims_worker")
        told, tells = PROCESSES.Pipe(duplex=False)
        for part in (partial(relay, hub, bootstrap, prefix), partial(hear, claims, bootstrap, prefix, wait_ms, tells)):
            process = PROCESSES.Process(target=live, args=(part,), daemon=True)
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
        async with here.sessions.begin() as session:
            await announce(session, [a_fact()])
        first, _ = await asyncio.to_thread(told.recv)
        assert first
        committed, applied = await asyncio.gather(_announced(here.sessions), asyncio.to_thread(_applied, told))
        assert applied.keys() == committed.keys()
        assert await there.bare.fetchval("select count(*) from ledger") == len(committed) + 1
    return [applied[event] - at for event, at in committed.items()]


def _applied(told: Connection) -> dict[UUID, float]:
    """When the batch of each event had been applied."""
    applied: dict[UUID, float] = {}
    while len(applied) < EVENTS_A_SECOND * SECONDS:
        at, came = told.recv()
        applied |= dict.fromkeys(came, at)
    return applied


async def _announced(sessions: Any) -> dict[UUID, float]:
    """When each event was committed, in a steady stream."""
    committed: dict[UUID, float] = {}
    people = [a_fact().participant_id for _ in range(200)]
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for turn in range(EVENTS_A_SECOND * SECONDS // AT_ONCE):
        await asyncio.sleep(max(0.0, begun + turn * AT_ONCE / EVENTS_A_SECOND - loop.time()))
        events = [a_fact(people[(turn * AT_ONCE + n) % len(people)]) for n in range(AT_ONCE)]
        async with sessions.begin() as session:
            await announce(session, events)
        committed |= dict.fromkeys((event.event_id for event in events), time.time())
    return committed


def live(part: Any) -> None:
    uvloop.run(part())


async def relay(database: Database, bootstrap: str, prefix: str) -> None:
    sessions = create_sessions(create_engine(database.url("worker")))
    async with publishing(bootstrap, "referral-hub", prefix) as publisher:
        await relay_forever(sessions, publisher)


async def hear(database: Database, bootstrap: str, prefix: str, wait_ms: int, tells: Connection) -> None:
    hearer = Hearer("claims", create_sessions(create_engine(database.url("worker"))), REACTIONS)
    async with listening(bootstrap, "claims", hearer.topics, prefix, wait_ms) as inlet:
        await hearer.listen_forever(TimedInlet(inlet, tells))


REACTIONS = [Reaction(DropInRecorded, write_line)]


def _idle() -> Comparison:
    """CPU seconds of all processes of a town that was opened and left alone."""
    with TemporaryDirectory(prefix="idle-") as folder, town.running(Path(folder)) as addresses:
        time.sleep(SETTLED_SECONDS)
        before = _cpu_seconds(addresses.supervisor_pid)
        time.sleep(IDLE_SECONDS)
        spent = _cpu_seconds(addresses.supervisor_pid) - before
    promised = IDLE_SHARE * IDLE_SECONDS
    what = f"an idle town of {len(addresses.services)} services, {IDLE_SECONDS} s"
    return Comparison(what, f"{IDLE_SHARE:.0%} of one core", 1, "in turn", [spent], [promised])


def _cpu_seconds(pid: int) -> float:
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return sum(each.user + each.system for each in times)
