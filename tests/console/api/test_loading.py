from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path

import pytest

from console.addresses import SERVICES
from console.doors import RequestRefused
from console.loading import Said, load, parts
from programme import Programme, load_folder
from tests.console.api.doorway import doors_of
from tests.parts.api import FrontDoor, front_door
from tests.parts.postgres import Databases

KBOP = Path(__file__).parents[3] / "programmes/kbop"


@pytest.fixture
async def town(databases: Databases) -> AsyncGenerator[dict[str, FrontDoor]]:
    """Every service's front door."""
    async with AsyncExitStack() as stack:
        yield {
            service: await stack.enter_async_context(
                front_door(databases, service, import_module(f"{service.replace('-', '_')}.main").create_app_for)
            )
            for service in SERVICES
        }


@pytest.fixture(scope="module")
def kbop() -> Programme:
    return load_folder(KBOP)


async def said_by(town: dict[str, FrontDoor], programme: Programme, again: str = "") -> list[Said]:
    async with doors_of(town) as doors:
        return [said async for said in load(doors, programme, again)]


async def test_every_service_accepts_its_part_of_the_shipped_programme(
    town: dict[str, FrontDoor], kbop: Programme
) -> None:
    said = await said_by(town, kbop)

    assert [one.service for one in said] == list(parts(kbop)) == list(SERVICES)
    assert not any(one.replayed for one in said)


async def test_loading_the_same_folder_twice_changes_nothing(town: dict[str, FrontDoor], kbop: Programme) -> None:
    first = await said_by(town, kbop)
    announced = await town["referral-hub"].announced()
    second, third = await said_by(town, kbop), await said_by(town, kbop, again="once more")

    assert [one.answer for one in second] == [one.answer for one in first]
    assert all(one.replayed for one in second)
    assert not any(one.replayed for one in third)
    assert await town["referral-hub"].announced() == announced
    assert len(await town["reporting"].rows("select version from programme")) == 1


async def test_a_service_that_refuses_says_why(town: dict[str, FrontDoor], kbop: Programme) -> None:
    async with doors_of(town, role="hub") as doors:
        with pytest.raises(RequestRefused, match="referral-hub answered 403: Your role does not allow this"):
            _ = [said async for said in load(doors, kbop)]
