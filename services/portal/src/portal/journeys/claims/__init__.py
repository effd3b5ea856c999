"""A claim, from the prime's approval to the council's verification: whoever may read claims reads them here."""

from . import asking, claim, deciding
from .desk import JOURNEY, QUEUES

_ = (asking, claim, deciding)

__all__ = ["JOURNEY", "QUEUES"]
