"""After many requests main and worker hold no more connections, handles and memory than after few."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import psutil
import pytest

from common.ids import new_id
from tests.faults.often import IN_FULL, often
from tests.faults.scene import Scene, whole
from tests.parts.issuer import Headers
from tests.parts.ports import free_port

pytestmark = pytest.mark.kafka
WARM, REQUESTS = often(200, 2_000), often(300, 20_000)
AT_ONCE = 10
COME_AND_GO = 4
"""Handles and connections that a pool or a client opens and closes as it works."""
CONNECTIONS = "select usename::text, count(*) from pg_stat_activity where datname = any($1) group by 1"


@dataclass(frozen=True, slots=True)
class Held:
    """What the processes have in their hands."""

    handles: Mapping[str, int]
    memory: Mapping[str, int]
    connections: Mapping[str, int]


async def test_a_long_run_leaves_no_connection_handle_or_memory_behind(playing: Scene, hub: Headers) -> None:
    port = free_port()
    playing.play("main", port=port)
    playing.play("relay")
    playing.play("hearer")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=hub, timeout=30) as client:
        await asked(playing, client, WARM)
        await playing.until_settled()
        early = await held(playing)
        await asked(playing, client, REQUESTS)
        seconds = await playing.until_settled(within=300)
        late = await held(playing)
    grown = {part: late.memory[part] / early.memory[part] - 1 for part in early.memory}
    told = ", ".join(f"{part} {grown[part]:+.1%} memory {more(late, early, part):+} handles" for part in grown)
    counts = await playing.counts()
    playing.note_counts(f"R25 {WARM} requests, then {REQUESTS} more", counts, seconds, 0, told)

    assert whole(counts), counts
    assert {part: more(late, early, part) for part in grown if more(late, early, part) > COME_AND_GO} == {}
    assert sum(late.connections.values()) <= sum(early.connections.values()) + COME_AND_GO
    assert not IN_FULL or max(grown.values()) <= 0.05


async def asked(playing: Scene, client: httpx.AsyncClient, times: int) -> None:
    """So many requests, a few at once, each announcing one event."""

    async def one_after_another() -> None:
        for n in range(times // AT_ONCE):
            await playing.ask(client, playing.people[n % len(playing.people)], str(new_id()))

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


async def held(playing: Scene) -> Held:
    processes = {part: psutil.Process(actor.pid) for part, actor in playing.actors.items()}
    async with playing.as_superuser() as hub:
        connections = dict(await hub.fetch(CONNECTIONS, [playing.hub.name, playing.claims.name]))
    return Held(
        {part: process.num_fds() for part, process in processes.items()},
        {part: process.memory_info().rss for part, process in processes.items()},
        connections,
    )


def more(late: Held, early: Held, part: str) -> int:
    return late.handles[part] - early.handles[part]
