"""Asking again: when a service says to wait, does not answer, or carries the same request out already."""

import logging
import re
import time
from collections.abc import Callable

import httpx

from .problems import MEDIA_TYPE

log = logging.getLogger("outcomes_client")

AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COME_BACK = frozenset({408, 429, 502, 503, 504})


class Patience(httpx.BaseTransport):
    """Sends a request up to `tries` times, as long as a second sending does no harm: a read, or a write with a key.

    It waits as `Retry-After` says, else a little longer each time. An operation that is given up is logged, once, as a
    warning of the logger `outcomes_client`: `docs/integrators/versions.md`.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport | None = None,
        *,
        tries: int = 6,
        longest_wait_seconds: float = 60,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._inner = inner or httpx.HTTPTransport()
        self._tries = tries
        self._longest = longest_wait_seconds
        self._sleep = sleep
        self._given_up: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        harmless = request.method in ("GET", "HEAD") or "idempotency-key" in request.headers
        for attempt in range(1, self._tries + 1):
            last = attempt == self._tries or not harmless
            try:
                answer = self._inner.handle_request(request)
            except httpx.TransportError:
                if last:
                    raise
                self._wait(attempt, None)
                continue
            self._warn(request, answer)
            if last or not _asks_to_come_back(answer):
                return answer
            after = answer.headers.get("retry-after")
            answer.close()
            self._wait(attempt, after)
        raise AssertionError("unreachable")

    def close(self) -> None:
        self._inner.close()

    def _warn(self, request: httpx.Request, answer: httpx.Response) -> None:
        if "deprecation" not in answer.headers:
            return
        operation = f"{request.method} {request.url.host}{AN_ID.sub('{id}', request.url.path)}"
        if operation not in self._given_up:
            self._given_up.add(operation)
            ends = answer.headers.get("sunset", "a day that it does not say")
            log.warning(
                "%s is given up, and answered until %s: /docs there says what to call instead.", operation, ends
            )

    def _wait(self, attempt: int, after: str | None) -> None:
        seconds = float(after) if after is not None and after.isdecimal() else 0.2 * 2**attempt
        self._sleep(min(seconds, self._longest))


def _asks_to_come_back(answer: httpx.Response) -> bool:
    if answer.status_code in COME_BACK:
        return True
    if answer.status_code != 409 or not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
        return False
    answer.read()
    return str(answer.json().get("type", "")).endswith("/request-in-flight")
