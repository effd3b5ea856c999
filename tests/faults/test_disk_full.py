"""The disk of the database fills up under writers: what is not kept is refused, and with room again all goes on."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from common.ids import new_id
from embedded.postgres import PostgresFailed
from tests.faults.mortal import MortalPostgres, mortal_postgres_in
from tests.faults.often import often
from tests.faults.scene import Scene, scene, whole
from tests.faults.table import Row
from tests.parts.eventually import eventually
from tests.parts.issuer import Headers
from tests.parts.ports import free_port

pytestmark = pytest.mark.kafka
MEGABYTES = 320
AT_ONCE = 5
"""Requests."""
SMALL_LOG = {"max_wal_size": "32MB", "min_wal_size": "32MB"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    mounted = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(tmp_path)]
    if subprocess.run(mounted, capture_output=True, check=False).returncode:
        pytest.skip("no small disk may be mounted on this machine: that takes root, and the right to mount")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def cramped(small_disk: Path) -> Generator[MortalPostgres]:
    with mortal_postgres_in(small_disk, SMALL_LOG) as server:
        yield server


@pytest.fixture
async def playing(
    cramped: MortalPostgres, kafka: str, topic_prefix: str, issuer: str, noted: Callable[[Row], None]
) -> AsyncGenerator[Scene]:
    async with scene(cramped.databases, kafka, topic_prefix, issuer, noted) as ready:
        yield ready
        cramped.start()


async def test_what_a_full_disk_does_not_take_is_refused_and_nothing_is_lost_or_parked(
    playing: Scene, cramped: MortalPostgres, small_disk: Path, hub: Headers
) -> None:
    times = often(1, 10)
    port = free_port()
    parts = [playing.play("main", port=port), playing.play("relay"), playing.play("hearer")]
    answered: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=hub, timeout=60) as client:
        await playing.ask(client, playing.people[0], str(new_id()))
        for _ in range(times):
            refused = answered[503] + AT_ONCE
            with filled(small_disk / "ballast"):
                while answered[503] < refused:
                    answered += await asked_at_once(playing, client)
            await eventually(lambda: is_up(cramped))
            await playing.ask(client, playing.people[0], str(new_id()))
    counts = await playing.recovered("R15 disk of the database full", times, besides=f"503 to {answered[503]} requests")

    assert answered.keys() <= {201, 503}
    assert [part.deaths for part in parts] == [0, 0, 0]
    assert whole(counts), counts
    assert counts.announced == len(playing.acknowledged)


@contextmanager
def filled(ballast: Path) -> Generator[None]:
    """A disk without any room, until left."""
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
        yield
    finally:
        ballast.unlink()


async def asked_at_once(playing: Scene, client: httpx.AsyncClient) -> "Counter[int]":
    """How some requests were answered; those that were promised something are remembered."""
    people = playing.people[:AT_ONCE]
    asked = (client.post(f"/v1/lines/{one}", headers={"idempotency-key": str(new_id())}) for one in people)
    answers = await asyncio.gather(*asked)
    playing.acknowledged |= {UUID(answer.json()["event_id"]) for answer in answers if answer.status_code == 201}
    return Counter(answer.status_code for answer in answers)


async def is_up(server: MortalPostgres) -> bool:
    """Start it again, as a supervisor would, where the full disk has ended it."""
    with suppress(PostgresFailed):
        await asyncio.to_thread(server.revive)
        return True
    return False
