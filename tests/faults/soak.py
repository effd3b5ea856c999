"""Faults mixed by a seed, while events are announced by several writers and through the API."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import httpx

from common.ids import new_id
from tests.faults.mortal import MortalPostgres
from tests.faults.scene import Counts, Scene
from tests.parts.issuer import Headers
from tests.parts.kafka import Kafka
from tests.parts.ports import free_port

SECONDS = 6
FAULTS_A_SEED = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that a fault may strike."""

    playing: Scene
    kafka: Kafka
    postgres: MortalPostgres


async def killed(part: str, stage: Stage) -> None:
    stage.playing.actors[part].signal(signal.SIGKILL)


async def frozen(part: str, stage: Stage) -> None:
    actor = stage.playing.actors[part]
    actor.signal(signal.SIGSTOP)
    await asyncio.sleep(1.5)
    actor.signal(signal.SIGCONT)


async def kafka_frozen(stage: Stage) -> None:
    stage.kafka.freeze()
    await asyncio.sleep(1.5)
    stage.kafka.thaw()


async def kafka_killed(stage: Stage) -> None:
    await asyncio.to_thread(stage.kafka.kill)
    await asyncio.to_thread(stage.kafka.start)


async def kafka_wiped(stage: Stage) -> None:
    await asyncio.to_thread(stage.kafka.wipe)


async def postgres_ended(how: signal.Signals, stage: Stage) -> None:
    await asyncio.to_thread(stage.postgres.end, how)
    await asyncio.to_thread(stage.postgres.start)


FAULTS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "relay killed": partial(killed, "relay"),
    "hearer killed": partial(killed, "hearer"),
    "API killed": partial(killed, "main"),
    "relay frozen": partial(frozen, "relay"),
    "hearer frozen": partial(frozen, "hearer"),
    "Kafka frozen": kafka_frozen,
    "Kafka killed": kafka_killed,
    "Kafka wiped": kafka_wiped,
    "PostgreSQL stopped": partial(postgres_ended, signal.SIGQUIT),
    "PostgreSQL killed": partial(postgres_ended, signal.SIGKILL),
}


async def soak(stage: Stage, headers: Headers, seed: int) -> Counts:
    """Play the faults that a seed draws, and say what became of everything announced meanwhile."""
    chance = random.Random(seed)  # noqa: S311 - seeded, to be played again
    faults = chance.sample(sorted(FAULTS), k=FAULTS_A_SEED)
    port = free_port()
    stage.playing.play("main", port=port)
    stage.playing.play("relay", bad_road=seed if chance.random() < 0.5 else None)
    stage.playing.play("hearer")
    supervising = asyncio.create_task(supervise(stage.playing))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=5) as client:
            writers = [stage.playing.announce_steadily(SECONDS, a_second=60) for _ in range(3)]
            await asyncio.gather(
                *writers, ask_steadily(stage.playing, client), strike(stage, faults, [chance.random() for _ in faults])
            )
        return await stage.playing.recovered(f"R26 soak, seed {seed}: {', '.join(faults)}", FAULTS_A_SEED)
    finally:
        supervising.cancel()


async def strike(stage: Stage, faults: list[str], pauses: list[float]) -> None:
    for fault, pause in zip(faults, pauses, strict=True):
        await asyncio.sleep(1 + pause)
        await FAULTS[fault](stage)


async def ask_steadily(playing: Scene, client: httpx.AsyncClient) -> None:
    for person in playing.people:
        await playing.ask(client, person, str(new_id()))
        await asyncio.sleep(SECONDS / len(playing.people))


async def supervise(playing: Scene) -> None:
    """Start again whatever has died, until cancelled."""
    while True:
        for actor in playing.actors.values():
            actor.revive()
        await asyncio.sleep(0.2)
