"""How often, and how many at once, one client may ask: of this process, in its memory.

Replicas do not share it: a client may ask each of them as often as `RateLimit-Policy` says. To share it would cost
every request, reads too, a write that others wait for.
"""

import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from math import ceil

from .problems import Problem

MOST_CLIENTS = 10_000
"""Remembered; then those whose buckets are full again are forgotten."""


class TooManyRequests(Problem):
    """A client may ask so often a second, and have so many requests open at once."""

    status, type, title = 429, "too-many-requests", "You ask more often than you may"
    remedy = "Wait for the seconds in `Retry-After`, then go on more slowly."


class Rates:
    """Buckets of `at_once` requests that fill by `per_second`; with 0 a second nobody is held back."""

    def __init__(self, per_second: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, client: str) -> dict[str, str]:
        """Take one request out of a client's bucket, and say what is left in headers (IETF's draft on `RateLimit`).

        Raises:
            TooManyRequests: it is empty; `Retry-After` says in how many seconds there is one again.
        """
        if not self._per_second:
            return {}
        now = self._clock()
        tokens, at = self._buckets.get(client, (float(self._at_once), now))
        tokens = min(self._at_once, tokens + (now - at) * self._per_second)
        if tokens < 1:
            wait = str(max(1, round((1 - tokens) / self._per_second)))
            headers = self._told(tokens) | {"retry-after": wait}
            raise TooManyRequests(f"Wait {wait} s, then go on more slowly.", headers=headers)
        if len(self._buckets) >= MOST_CLIENTS and client not in self._buckets:
            self._forget_the_quiet(now)
        self._buckets[client] = (tokens - 1, now)
        return self._told(tokens - 1)

    def _told(self, tokens: float) -> dict[str, str]:
        """`q` requests in `w` seconds; `r` are left, and all of them again in `t` seconds."""
        until_full, window = (ceil(many / self._per_second) for many in (self._at_once - tokens, self._at_once))
        return {
            "ratelimit-policy": f'"client";q={self._at_once};w={window}',
            "ratelimit": f'"client";r={int(tokens)};t={until_full}',
        }

    def _forget_the_quiet(self, now: float) -> None:
        full_after = self._at_once / self._per_second
        self._buckets = {client: bucket for client, bucket in self._buckets.items() if now - bucket[1] < full_after}


class Turns:
    """The requests of each client that are being answered: at most `most` of one at the same time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    @contextmanager
    def taken(self, client: str) -> Generator[None]:
        """Hold one until it is answered.

        Raises:
            TooManyRequests: this client has as many open as it may.
        """
        if self._open[client] >= self._most:
            raise TooManyRequests("Wait for an answer before you ask again.", headers={"Retry-After": "1"})
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
