"""A town with KBOP loaded, shared by the journeys of a run, and seats in it for everyone."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import pytest

from common.town import Addresses
from embedded import town
from simulation.seats import Seats, seated
from tests.journeys.parts import is_loaded, kbop_is_loaded
from tests.journeys.vendor import player_of
from tests.parts.sandbox import SANDBOX
from tests.parts.shared import ROOT


@pytest.fixture(scope="session")
def addresses(quick_folders: Callable[[], Path]) -> Generator[Addresses]:
    with town.running(quick_folders()) as opened:
        yield opened


@pytest.fixture(scope="session")
async def seats(addresses: Addresses) -> AsyncGenerator[Seats]:
    async with seated(addresses.issuer, addresses.services) as taken:
        await kbop_is_loaded(addresses)
        yield taken


@pytest.fixture
async def sandbox(addresses: Addresses) -> AsyncGenerator[None]:
    """The sandbox, loaded and played by a process of its own, as `make up` has it."""
    await is_loaded(addresses, ROOT / "programmes" / SANDBOX)
    player = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulation.sandbox"), env=os.environ | player_of(addresses)
    )
    try:
        yield
    finally:
        player.kill()
        await player.wait()
