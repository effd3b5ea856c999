from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from case_management.main import create_app_for
from tests.case_management.api.world import World
from tests.parts.api import FrontDoor, front_door
from tests.parts.postgres import Databases


@asynccontextmanager
async def a_world(databases: Databases, folder: Path) -> AsyncGenerator[World]:
    async def load(door: FrontDoor) -> None:
        await World(door, folder / "documents").load_programme()

    async with front_door(databases, "case_management", create_app_for, load, data_dir=folder) as opened:
        yield World(opened, folder / "documents")


@pytest.fixture
async def world(databases: Databases, tmp_path: Path) -> AsyncGenerator[World]:
    """The service over a database and a folder of its own, with the programme loaded."""
    async with a_world(databases, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
async def common_world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World]:
    """One for all tests of a module that look only at what they made."""
    async with a_world(databases, tmp_path_factory.mktemp("data")) as opened:
        yield opened
