from collections.abc import AsyncGenerator

import pytest

from tests.parts.postgres import Databases
from tests.referral_hub.town import Hub, hub_with


@pytest.fixture
async def hub(databases: Databases) -> AsyncGenerator[Hub]:
    """The hub with the reference programme, on a database of the test's own."""
    async with hub_with(databases) as hub:
        yield hub
