"""Waiting for what another service has yet to hear: look again until it is so, and not for ever."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

WITHIN_SECONDS = 60.0
BEHIND_SECONDS = 600.0
"""For what a month of the whole partnership may leave to be heard on a small machine."""
FIRST_PAUSE = 0.08
LONGEST_PAUSE = 0.25


class NeverCame(Exception):
    """What was waited for did not come in time; the sentence says what."""


async def until(
    what: str, look: Callable[[], Awaitable[Found | None]], within_seconds: float = WITHIN_SECONDS
) -> Found:
    """What `look` finds, as soon as it finds something.

    Raises:
        NeverCame: it found nothing in time. `what` completes the sentence "We waited 60 s for …".
    """
    deadline, pause = time.monotonic() + within_seconds, FIRST_PAUSE
    while not (answer := await look()):
        if time.monotonic() > deadline:
            raise NeverCame(f"We waited {within_seconds:g} s for {what}: see the logs of the workers.")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return answer
