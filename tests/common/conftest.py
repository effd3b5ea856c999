from collections.abc import AsyncGenerator

import pytest

from tests.common.messaging.parts import Town, town
from tests.parts.postgres import Databases


@pytest.fixture
async def delivery(databases: Databases, issuer: str) -> AsyncGenerator[Town]:
    with databases.clone("referral-hub") as hub, databases.clone("claims") as claims:
        async with town(hub, claims, issuer) as running:
            yield running
