"""How the programme does: for the council, the prime, whoever invests, and in part for a provider's manager."""

from . import programme, reports, submitting, tracker, waiting
from .reports import JOURNEY

_ = (programme, tracker, waiting)
QUEUES = (*submitting.QUEUES, *reports.QUEUES)

__all__ = ["JOURNEY", "QUEUES"]
