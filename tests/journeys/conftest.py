"""A town with KBOP loaded, shared by the journeys of a run, and seats in it for everyone."""

from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import pytest

from common.town import Addresses
from embedded import town
from simulation.seats import Seats, seated
from tests.journeys.parts import kbop_is_loaded


@pytest.fixture(scope="session")
def addresses(quick_folders: Callable[[], Path]) -> Generator[Addresses]:
    with town.running(quick_folders()) as opened:
        yield opened


@pytest.fixture(scope="session")
async def seats(addresses: Addresses) -> AsyncGenerator[Seats]:
    async with seated(addresses.issuer, addresses.services) as taken:
        await kbop_is_loaded(addresses)
        yield taken
