"""Ports for servers that must be told theirs before they start."""

import socket


def free_port() -> int:
    """A port of loopback that nobody holds at this moment."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
