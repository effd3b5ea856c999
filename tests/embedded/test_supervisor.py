"""The supervisor keeps children running, says what happens to them, and ends them in order."""

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from textwrap import dedent

import pytest

from embedded.supervisor import Child, NotReady, Supervisor
from tests.parts.eventually import eventually

FAILS_ONCE = """
    import pathlib, signal
    mark = pathlib.Path("{folder}/failed")
    if not mark.exists():
        mark.touch()
        raise SystemExit(3)
    pathlib.Path("{folder}/stays").touch()
    signal.pause()
"""
SAYS_THAT_IT_ENDS = """
    import pathlib, signal
    def end(*_):
        with pathlib.Path("{folder}/ended").open("a") as ended:
            ended.write(__spec__.name + " ")
        raise SystemExit
    signal.signal(signal.SIGTERM, end)
    pathlib.Path("{folder}", __spec__.name + ".up").touch()
    signal.pause()
"""
WILL_NOT_END = """
    import pathlib, signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pathlib.Path("{folder}/up").touch()
    while True:
        signal.pause()
"""


class Town:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.supervisor = Supervisor(folder, self.said.put_nowait, patience=0.5)

    def child(self, name: str, source: str, ready_url: str | None = None) -> Child:
        (self.folder / f"{name}.py").write_text(dedent(source).replace("{folder}", str(self.folder)))
        return Child(name, name, os.environ | {"PYTHONPATH": str(self.folder)}, ready_url)

    async def until(self, *names: str) -> None:
        async def all_there() -> bool:
            return all((self.folder / name).exists() for name in names)

        await eventually(all_there, within=20)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncGenerator[Town]:
    town = Town(tmp_path)
    yield town
    await town.supervisor.end()


async def test_a_child_that_ends_is_started_again_and_that_is_said(town: Town) -> None:
    town.supervisor.keep([town.child("flaky", FAILS_ONCE)])
    await town.until("stays")

    assert await town.said.get() == f"flaky ended (3); again in 0.5 s. Its log, {town.folder / 'flaky.log'}, is empty."


async def test_the_last_stage_started_is_the_first_to_end(town: Town) -> None:
    for name in ("issuer", "worker", "main"):
        town.supervisor.keep([town.child(name, SAYS_THAT_IT_ENDS)])
    await town.until("issuer.up", "worker.up", "main.up")
    await town.supervisor.end()

    assert (town.folder / "ended").read_text().split() == ["main", "worker", "issuer"]


async def test_a_child_that_will_not_end_is_killed(town: Town) -> None:
    town.supervisor.keep([town.child("deaf", WILL_NOT_END)])
    await town.until("up")

    async with asyncio.timeout(10):
        await town.supervisor.end()
    assert town.said.empty()


async def test_a_child_that_is_never_ready_is_named_with_its_log(town: Town) -> None:
    silent = town.child("silent", WILL_NOT_END, ready_url="http://127.0.0.1:9/health/ready")
    town.supervisor.keep([silent])

    with pytest.raises(NotReady, match=r"silent is not ready after 0\.3 s\. Its log, .*silent\.log"):
        await town.supervisor.until_ready([silent], 0.3)
