"""How long the process waits for whoever sends slowly, and how many connections an address may hold (ADR 0020).

uvicorn waits for ever for headers, and for a body that nobody reads to its end: this is its protocol with an end to
both.
"""

import asyncio
from collections import Counter
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from common.settings import DoorSettings

LINGER_SECONDS = 5
"""For what is still on its way once all is answered: whoever is cut off at once may never read the answer."""
MOST_UNREAD_BYTES = 256 * 1024
"""Of headers that do not end; `Limits` refuses far fewer in good order."""


class Patient(HttpToolsProtocol):
    """A connection that ends when its headers do not arrive, and when it is one too many of its address."""

    def __init__(self, *, settings: DoorSettings, connections: Counter[str], **more: Any) -> None:
        super().__init__(**more)
        self._settings = settings
        self._connections = connections
        self._ends: asyncio.TimerHandle | None = None
        self._unread = 0

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._connections[self._address] += 1
        if self._connections[self._address] > self._settings.connections_per_address:
            transport.abort()
        else:
            self._wait(self._settings.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._connections[self._address] -= 1
        if not self._connections[self._address]:
            del self._connections[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._ends is not None:
            self._unread += len(data)
            if self._unread > MOST_UNREAD_BYTES:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """A request has begun: its head must come in time."""
        self._wait(self._settings.header_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is there: the body has a patience of its own."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """It is answered: wait for the next request, and not long for a body that nobody reads."""
        unread = self.cycle.more_body
        queued = bool(self.pipeline)
        super().on_response_complete()
        if not queued:
            self._wait(LINGER_SECONDS if unread else self.timeout_keep_alive + self._settings.header_seconds)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._unread = 0
        self._ends = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None


def patient(settings: DoorSettings) -> Any:
    """uvicorn's `http`: one count of connections for a process."""
    return partial(Patient, settings=settings, connections=Counter())
