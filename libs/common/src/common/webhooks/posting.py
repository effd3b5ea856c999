"""One attempt: a message is posted, and what comes back is judged by its first line alone."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpcore
import httpx

from .addresses import AddressRefused, NameUnknown, Reach, Walls

SECONDS = 10.0
"""For all of an attempt: looking the name up, connecting, sending, and the first line of the answer."""
Failure = Literal[
    "address-refused", "name-unknown", "unreachable", "not-trusted", "timed-out", "not-http",
    "redirected", "refused", "failed", "gone", "withheld",
]  # fmt: skip
"""Why an attempt did not succeed (docs/webhooks.md says what to do about each)."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Posting:
    """What became of an attempt: `failure` is none where the answer was a 2xx."""

    duration_ms: int
    status: int | None = None
    failure: Failure | None = None
    retry_after: int | None = None
    """Seconds that whoever answered asked us to wait."""


class Poster:
    """Posts messages, each over a connection of its own."""

    def __init__(self, reach: Reach, trusts: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        trusts = trusts or httpx.create_ssl_context()
        self._pools = {
            tls: httpcore.AsyncConnectionPool(
                ssl_context=trusts,
                network_backend=Walls(reach, tls=tls),
                max_connections=None,
                max_keepalive_connections=0,
            )
            for tls in (True, False)
        }

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posting:
        """Send a message once. Of the answer only the status counts: no redirect is followed and no body is read."""
        began = time.monotonic()
        status: int | None = None
        failure: Failure | None = None
        retry_after: int | None = None
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._pools[url.startswith("https:")].stream(
                    "POST", url, headers=[*headers.items(), ("content-length", str(len(body)))], content=body
                ) as answer,
            ):
                status = answer.status
                failure, retry_after = _judged(status), _asked_to_wait(answer.headers)
        except AddressRefused:
            failure = "address-refused"
        except NameUnknown:
            failure = "name-unknown"
        except (TimeoutError, httpcore.TimeoutException):
            failure = "timed-out" if status is None else failure
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
            failure = _of_the_network(error) if status is None else failure
        return Posting(round(1000 * (time.monotonic() - began)), status, failure, retry_after)


def _judged(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return "redirected"
    if status == GONE:
        return "gone"
    return "refused" if status < 500 else "failed"


def _of_the_network(error: Exception) -> Failure:
    if isinstance(error, httpcore.ProtocolError):
        return "not-http"
    causes = (error, error.__cause__, error.__context__)
    return "not-trusted" if any(isinstance(one, ssl.SSLError) for one in causes) else "unreachable"


def _asked_to_wait(headers: list[tuple[bytes, bytes]]) -> int | None:
    seconds = next((value for name, value in headers if name.lower() == b"retry-after"), b"")
    return int(seconds) if seconds.isdigit() and len(seconds) < 10 else None
