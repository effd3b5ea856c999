from collections.abc import AsyncGenerator

import pytest

from referral_hub.main import create_app_for
from tests.common.webhooks.parts import Receiver, Telling, receiving, telling
from tests.parts.api import front_door
from tests.parts.postgres import Databases


@pytest.fixture
async def hub(databases: Databases) -> AsyncGenerator[Telling]:
    async with front_door(databases, "referral-hub", create_app_for) as door, telling(door) as told:
        yield told


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as listening:
        yield listening
