"""Each service's world, built once for all tests of a worker that look at it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.isolation.services import SERVICES
from tests.isolation.worlds import World
from tests.parts.postgres import Databases

FOLDER = Path(__file__).parent
OF_FIRST_PAGES = ("GET /v1/inbox/effects]", "GET /v1/streams]")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the matrix looks for on the first page of a list comes first: all that follows makes the list longer."""
    places = [place for place, item in enumerate(items) if item.path.parent == FOLDER]
    in_turn = sorted((items[place] for place in places), key=lambda item: not item.name.endswith(OF_FIRST_PAGES))
    for place, item in zip(places, in_turn, strict=True):
        items[place] = item


WorldOf = Callable[[str], Awaitable[World]]


@pytest.fixture(scope="session")
async def world_of(databases: Databases) -> AsyncGenerator[WorldOf]:
    """A service's world, built when it is first asked for."""
    worlds: dict[str, World] = {}
    async with AsyncExitStack() as stack:

        async def opened(service: str) -> World:
            if service not in worlds:
                worlds[service] = await stack.enter_async_context(SERVICES[service].opened(databases))
            return worlds[service]

        yield opened


@pytest.fixture
async def world(request: pytest.FixtureRequest, world_of: WorldOf) -> World:
    """The world of the service a test names: `parametrize("world", ["claims"], indirect=True)`."""
    return await world_of(request.param)
