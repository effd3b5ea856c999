"""How the programme does: for the council, the prime, whoever invests, and in part for a provider's manager."""

from . import programme, reports, tracker, waiting
from .reports import JOURNEY, QUEUES

_ = (programme, tracker, waiting)

__all__ = ["JOURNEY", "QUEUES", "reports"]
