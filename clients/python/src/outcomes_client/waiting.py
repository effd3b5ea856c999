"""Waiting for what comes after a while: services hear of one another within seconds, people decide within days."""

import time
from collections.abc import Callable
from typing import TypeVar

from .problems import Problem

Found = TypeVar("Found")


class NeverCame(Exception):
    """What was waited for did not come in time."""


def wait_until(
    read: Callable[[], Found],
    wanted: Callable[[Found], object] = bool,
    *,
    seconds: float = 60,
    every_seconds: float = 0.5,
) -> Found:
    """What `read` answers, once it is as `wanted`: `wait_until(lambda: show.sync(id, client=c), lambda it: it.ready)`.

    What is not there yet (404) is waited for; every other problem is raised.

    Raises:
        NeverCame: it was not so within `seconds`.
    """
    ends = time.monotonic() + seconds
    while True:
        try:
            found = read()
            if wanted(found):
                return found
        except Problem as problem:
            if problem.status != 404:
                raise
        if time.monotonic() + every_seconds > ends:
            raise NeverCame(f"It was not so within {seconds:g} s.")
        time.sleep(every_seconds)
