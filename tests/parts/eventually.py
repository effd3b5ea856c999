"""Wait for what another process does: ask until it is so, never sleep a fixed time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def eventually(look: Callable[[], Awaitable[Found | None]], within: float = 60) -> Found:
    """What `look` finds once it finds something; TimeoutError when it has not within so many seconds."""
    async with asyncio.timeout(within):
        while not (found := await look()):
            await asyncio.sleep(0.05)
    return found
