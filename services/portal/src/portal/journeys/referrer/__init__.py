"""Whoever refers: an agency for itself, and the hub for somebody who rings (BR-A1)."""

from . import refer
from .own import JOURNEY, QUEUES

__all__ = ["JOURNEY", "QUEUES", "refer"]
