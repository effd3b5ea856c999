"""The hub: everybody who is referred comes here first (BR-A1)."""

from .inbox import JOURNEY, QUEUES

__all__ = ["JOURNEY", "QUEUES"]
