"""The console's doors onto services started in this process, as an operator."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from console.doors import Doors
from tests.parts.api import FrontDoor
from tests.parts.tokens import token


@asynccontextmanager
async def doors_of(
    services: Mapping[str, FrontDoor], role: str = "operator", programme: str = "kbop"
) -> AsyncGenerator[Doors]:
    """Doors for someone in this role, at the organisation that holds it, signed in to a programme."""
    headers = {"Authorization": f"Bearer {token(role, organisation=f'{role}-office', programme=programme)}"}
    async with AsyncExitStack() as stack:
        clients: dict[str, httpx.AsyncClient] = {}
        for name, door in services.items():
            transport = httpx.ASGITransport(door.app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{name}", headers=headers)
            clients[name] = await stack.enter_async_context(client)
        yield Doors(clients)
