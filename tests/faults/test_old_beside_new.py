"""The newest migration runs while the version before it serves writers; then old and new serve side by side."""

import asyncio
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from common.ids import new_id
from tests.faults.often import IN_FULL, often
from tests.faults.scene import Scene, scene, whole
from tests.faults.table import Row
from tests.parts.eventually import eventually
from tests.parts.issuer import Headers
from tests.parts.ports import free_port
from tests.parts.postgres import Databases, connect, migrate
from tests.parts.shared import ROOT

pytestmark = pytest.mark.kafka
VERSIONS = "services/referral-hub/src/referral_hub/migrations/versions"
ROWS = often(500, 50_000)
"""In the tables, before they are migrated."""
WRITERS = 4
WAITING = "select coalesce(max(extract(epoch from clock_timestamp() - waitstart)), 0) from pg_locks where not granted"
OLD_MAIN = "import json, sys; from tests.faults.actors import Script, main; main(Script(**json.load(sys.stdin)))"


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no clone of a git repository with its history")
    return done.stdout


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it was before the hub's newest migration was added."""
    newest = max((ROOT / VERSIONS).glob("0*.py")).relative_to(ROOT)
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest)).decode().strip()
    if not added:
        pytest.skip("the hub's newest migration is not in git's history yet")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{added}^", "libs", "services", "tests"))) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
async def playing(
    databases: Databases, kafka: str, topic_prefix: str, issuer: str, noted: Callable[[Row], None], before: Path
) -> AsyncGenerator[Scene]:
    [revision] = re.findall(r'^revision = "(.+)"', max((before / VERSIONS).glob("0*.py")).read_text(), re.M)
    with databases.as_it_was("referral-hub", revision) as hub:
        async with scene(databases, kafka, topic_prefix, issuer, noted, hub) as ready:
            yield ready


@contextmanager
def old_main(before: Path, playing: Scene, port: int) -> Generator[None]:
    """The API of the version before, with its own libraries."""
    sources = [str(one) for one in (*before.glob("libs/*/src"), *before.glob("services/*/src"))]
    told = os.environ | {"PYTHONPATH": os.pathsep.join(sources)}
    script = json.dumps(asdict(playing.script("main", port=port))).encode()
    with subprocess.Popen([sys.executable, "-c", OLD_MAIN], cwd=before, env=told, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(script)
        process.stdin.close()
        try:
            yield
        finally:
            process.kill()


async def test_a_migration_under_writers_refuses_nobody_and_old_and_new_serve_side_by_side(
    playing: Scene, before: Path, hub: Headers
) -> None:
    old, new = (httpx.AsyncClient(base_url=f"http://127.0.0.1:{free_port()}", headers=hub, timeout=60) for _ in "12")
    async with old, new:
        with old_main(before, playing, old.base_url.port or 0):
            await eventually(partial(answers, old))
            await written(playing, [old], ROWS)
            async with writing_on(playing, [old]) as slowest, lock_waits(playing) as longest:
                began = time.monotonic()
                await asyncio.to_thread(migrate, playing.hub)
                took = time.monotonic() - began
            playing.play("main", port=new.base_url.port or 0)
            playing.play("relay")
            playing.play("hearer")
            await eventually(partial(answers, new))
            await written(playing, [old, new], 200)
    told = f"{took:.1f} s to migrate, longest wait for a lock {max(longest):.3f} s, for an answer {max(slowest):.3f} s"
    counts = await playing.recovered(f"R23 migrated under writers, with {ROWS} events", 0, besides=told)

    assert whole(counts), counts
    assert counts.announced == len(playing.acknowledged)
    assert not IN_FULL or max(longest) <= 0.2


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).status_code == 200
    except httpx.TransportError:
        return False


async def written(playing: Scene, clients: list[httpx.AsyncClient], times: int) -> None:
    turns = cycle(clients)

    async def one_after_another() -> None:
        for _ in range(times // WRITERS):
            await write(playing, next(turns))

    await asyncio.gather(*(one_after_another() for _ in range(WRITERS)))


async def write(playing: Scene, client: httpx.AsyncClient) -> float:
    """How many seconds one request took; it must be answered, and at the first asking."""
    began = time.monotonic()
    answer = await client.post(f"/v1/lines/{playing.people[0]}", headers={"idempotency-key": str(new_id())})
    assert answer.status_code == 201, answer.text
    playing.acknowledged.add(UUID(answer.json()["event_id"]))
    return time.monotonic() - began


@asynccontextmanager
async def meanwhile(one: Callable[[], Any], at_once: int = 1) -> AsyncGenerator[list[float]]:
    """Do something again and again until left; each figure it came to."""
    figures, ended = [0.0], asyncio.Event()

    async def again_and_again() -> None:
        while not ended.is_set():
            figures.append(await one())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(again_and_again())
        yield figures
        ended.set()


def writing_on(playing: Scene, clients: list[httpx.AsyncClient]) -> Any:
    turns = cycle(clients)
    return meanwhile(lambda: write(playing, next(turns)), WRITERS)


@asynccontextmanager
async def lock_waits(playing: Scene) -> AsyncGenerator[list[float]]:
    """How long somebody had been waiting for a lock, each time a look was taken."""
    looking = await connect(playing.hub.admin_dsn)

    async def look() -> float:
        await asyncio.sleep(0.005)
        return float(await looking.fetchval(WAITING))

    async with meanwhile(look) as figures:
        yield figures
    await looking.close()
