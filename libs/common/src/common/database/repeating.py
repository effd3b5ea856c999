"""What a worker does again and again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger()


async def repeat(
    work: Callable[[], Awaitable[bool | None]], waits: str, every_seconds: float, *passing: type[Exception]
) -> None:
    """Do it, pause, and do it again until cancelled; at once where it answers that there is more to do.

    A database that is away, a timeout and what else is `passing` end nothing: it is logged as `waits`, and tried again
    after the pause.
    """
    while True:
        is_there_more = False
        try:
            is_there_more = await work()
        except (DBAPIError, OSError, TimeoutError, *passing) as error:
            log.warning(waits, error=type(error).__name__)
        await asyncio.sleep(0 if is_there_more else every_seconds)
