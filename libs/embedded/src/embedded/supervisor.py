"""Keeps child processes running, says aloud what happens to them, and ends them in order."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from .bound import bound
from .last_words import last_words

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Child:
    """A Python module to keep running, and where it says that it is ready, if it does."""

    name: str
    module: str
    environment: Mapping[str, str]
    ready_url: str | None = None


class NotReady(Exception):
    """A child did not become ready in time; the sentence names it and its log."""


class Supervisor:
    """Runs children in stages; the last stage started is the first to end."""

    def __init__(self, logs: Path, say: Callable[[str], None], patience: float = PATIENCE_SECONDS) -> None:
        self._logs = logs
        self._say = say
        self._patience = patience
        self._stages: list[list[asyncio.Task[None]]] = []

    def keep(self, children: Iterable[Child]) -> None:
        """Start the children of one stage, and start each again when it ends."""
        self._stages.append([asyncio.create_task(self._keep(child)) for child in children])

    async def until_ready(self, children: Iterable[Child], seconds: float) -> None:
        """Wait until every child that can say so is ready.

        Raises:
            NotReady: one was not, in the time given.
        """
        async with httpx.AsyncClient(timeout=5) as client:
            for child in children:
                if child.ready_url is None:
                    continue
                try:
                    async with asyncio.timeout(seconds):
                        await _answers(client, child.ready_url)
                except TimeoutError:
                    why = last_words(self._log(child))
                    raise NotReady(f"{child.name} is not ready after {seconds:g} s. {why}") from None

    async def end(self) -> None:
        """End all children, stage by stage, the last first."""
        for stage in reversed(self._stages):
            for keeper in stage:
                keeper.cancel()
            await asyncio.gather(*stage, return_exceptions=True)
        self._stages.clear()

    async def _keep(self, child: Child) -> None:
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE
        while True:
            start = clock()
            status = await self._run(child)
            pause = FIRST_PAUSE if clock() - start > STEADY_SECONDS else pause
            self._say(f"{child.name} ended ({status}); again in {pause:g} s. {last_words(self._log(child))}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run(self, child: Child) -> int:
        with self._log(child).open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *bound([sys.executable, "-m", child.module]),
                env=child.environment,
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            return await process.wait()
        finally:
            await self._end(process)

    async def _end(self, process: Process) -> None:
        if process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(self._patience):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def _log(self, child: Child) -> Path:
        return self._logs / f"{child.name}.log"


async def _answers(client: httpx.AsyncClient, url: str) -> None:
    while True:
        try:
            if (await client.get(url)).is_success:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
