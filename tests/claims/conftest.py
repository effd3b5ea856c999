"""A claims service of its own for each test that asks for one."""

from collections.abc import AsyncGenerator

import pytest

from tests.claims.parts import claims_door
from tests.parts.api import FrontDoor
from tests.parts.postgres import Databases


@pytest.fixture
async def door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    """Claims on a fresh database, with the shipped programme loaded."""
    async with claims_door(databases) as door:
        yield door
