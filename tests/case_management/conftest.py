from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from case_management.main import create_app_for
from tests.case_management.api.world import World
from tests.parts.api import front_door
from tests.parts.postgres import Databases


@pytest.fixture
async def world(databases: Databases, tmp_path: Path) -> AsyncGenerator[World]:
    """The service over a database and a folder of its own, with the programme loaded."""
    async with front_door(databases, "case_management", create_app_for, data_dir=tmp_path) as opened:
        world = World(opened, tmp_path / "documents")
        await world.load_programme()
        yield world
