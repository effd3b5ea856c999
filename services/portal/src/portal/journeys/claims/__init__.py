"""A claim, from the prime's approval to the council's verification: whoever may read claims reads them here."""

from . import asking, claim, deciding, mending
from .desk import JOURNEY, QUEUES

_ = (asking, claim, deciding, mending)

__all__ = ["JOURNEY", "QUEUES"]
