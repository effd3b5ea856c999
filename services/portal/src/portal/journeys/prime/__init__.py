"""The prime: whether a case closes, and the month that is reported."""

from .closures import JOURNEY, QUEUES

__all__ = ["JOURNEY", "QUEUES"]
