"""Delivery between the services, for whoever operates them: what stands still, what was heard, what does not fit."""

from . import figures, stream
from .delivery import JOURNEY, QUEUES

_ = (figures, stream)

__all__ = ["JOURNEY", "QUEUES"]
