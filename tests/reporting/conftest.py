from collections.abc import AsyncGenerator

import pytest

from reporting.main import create_app_for
from tests.parts.api import FrontDoor, front_door
from tests.parts.postgres import Databases


@pytest.fixture
async def door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "reporting", create_app_for) as opened:
        yield opened
