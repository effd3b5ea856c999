"""A town with KBOP loaded, shared by the journeys of a run, and seats in it for everyone."""

from collections.abc import AsyncGenerator, Generator

import pytest

from common.town import Addresses
from embedded import town
from simulation.seats import Seats, seated
from tests.journeys.parts import kbop_is_loaded


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Generator[Addresses]:
    with town.running(tmp_path_factory.mktemp("journeys")) as opened:
        yield opened


@pytest.fixture(scope="session")
async def seats(addresses: Addresses) -> AsyncGenerator[Seats]:
    async with seated(addresses.issuer, addresses.services) as taken:
        await kbop_is_loaded(addresses)
        yield taken
