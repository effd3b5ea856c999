"""The external audit: which quarter it may look into, its evidence, who saw a record, and whether it is whole."""

from . import evidence, standing, trail
from .grants import JOURNEY, QUEUES

_ = (evidence, standing, trail)

__all__ = ["JOURNEY", "QUEUES"]
