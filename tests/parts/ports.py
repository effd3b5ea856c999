"""Ports for servers that must be told theirs before they start."""

import secrets
import socket
from contextlib import suppress

FIRST, HOW_MANY = 20_000, 12_000
"""Below those that systems give to whoever connects: until the server starts, nobody else is given one of these."""


def free_port() -> int:
    """A port of loopback that nobody holds at this moment."""
    while True:
        with suppress(OSError), socket.socket() as server:
            server.bind(("127.0.0.1", FIRST + secrets.randbelow(HOW_MANY)))
            return server.getsockname()[1]
